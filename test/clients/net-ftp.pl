# Does with Perl's Net::FTP what the lines of standard input say: where to connect, then a call a line; tabs between fields.

use strict;
use warnings;
use Net::FTP;

my ($host, $port, $user, $password, $mode, $security, $version, $authority) = fields(scalar <STDIN>);

# A last field may be empty, which split would drop.
sub fields {
    my ($line) = @_;
    chomp $line;
    return split /\t/, $line, -1;
}

my %place = (Port => $port, Passive => $mode eq 'passive' ? 1 : 0, Timeout => 10);
if ($security ne 'clear') {
    %place = (%place, SSL => $security eq 'implicit' ? 1 : 0, SSL_ca_file => $authority, SSL_version => $version =~ tr/./_/r);
}
my $ftp = Net::FTP->new($host, %place) or die "$@\n";

sub check {
    my ($done) = @_;
    die 'refused: ' . $ftp->code . ' ' . $ftp->message unless defined $done && $done ne '';
}

my %calls = (
    upload => sub { check($ftp->put($_[0], $_[1])) },
    resumeUpload => sub {
        open my $file, '<:raw', $_[0] or die "$_[0]: $!\n";
        seek $file, $ftp->size($_[1]), 0;
        check($ftp->append($file, $_[1]));
    },
    download => sub { check($ftp->get($_[0], $_[1])) },
    resumeDownload => sub { check($ftp->get($_[0], $_[1], -s $_[1])) },
    list => sub { print "$_\n" for $ftp->ls($_[0]); check($ftp->ok) },
    delete => sub { check($ftp->delete($_[0])) },
    makeFolder => sub { check($ftp->mkdir($_[0])) },
    removeFolder => sub { check($ftp->rmdir($_[0])) },
    rename => sub { check($ftp->rename($_[0], $_[1])) },
    changeMode => sub { check($ftp->site('CHMOD', $_[1], $_[0]) == 2) },
);

check($ftp->starttls) if $security eq 'explicit';
check($ftp->login($user, $password));
check($ftp->prot('P')) if $security ne 'clear';
check($ftp->binary);
while (my $line = <STDIN>) {
    my ($name, @arguments) = fields($line);
    $calls{$name}->(@arguments);
}
$ftp->quit;
