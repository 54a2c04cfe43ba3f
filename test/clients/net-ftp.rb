# Does with Ruby's Net::FTP what the lines of standard input say: where to connect, then a call a line; tabs between fields.

require 'net/ftp'

# Names are bytes to it.
def fields(line)
  line.force_encoding(Encoding::BINARY).chomp.split("\t", -1)
end

host, port, user, password, mode, security, version, authority = fields($stdin.gets)
options = { port: port.to_i, passive: mode == 'passive', open_timeout: 10, read_timeout: 10 }
unless security == 'clear'
  number = version == 'TLSv1.2' ? OpenSSL::SSL::TLS1_2_VERSION : OpenSSL::SSL::TLS1_3_VERSION
  options[:ssl] = { ca_file: authority, min_version: number, max_version: number }
end

def upload_from(ftp, local, remote, start)
  File.open(local, 'rb') do |file|
    file.seek(start)
    ftp.storbinary("#{start.zero? ? 'STOR' : 'APPE'} #{remote}", file, Net::FTP::DEFAULT_BLOCKSIZE)
  end
end

CALLS = {
  'upload' => ->(ftp, local, remote) { upload_from(ftp, local, remote, 0) },
  'resumeUpload' => ->(ftp, local, remote) { upload_from(ftp, local, remote, ftp.size(remote)) },
  'download' => ->(ftp, remote, local) { ftp.getbinaryfile(remote, local) },
  'resumeDownload' => lambda { |ftp, remote, local|
    ftp.resume = true
    ftp.getbinaryfile(remote, local)
  },
  'list' => ->(ftp, remote) { ftp.mlsd(remote) { |entry| $stdout.binmode.write(entry.pathname.b, "\n") } },
  'delete' => ->(ftp, remote) { ftp.delete(remote) },
  'makeFolder' => ->(ftp, remote) { ftp.mkdir(remote) },
  'removeFolder' => ->(ftp, remote) { ftp.rmdir(remote) },
  'rename' => ->(ftp, remote, to) { ftp.rename(remote, to) },
  'changeMode' => ->(ftp, remote, mode) { ftp.site("CHMOD #{mode} #{remote}") }
}.freeze

Net::FTP.open(host, **options) do |ftp|
  ftp.login(user, password)
  $stdin.each_line do |line|
    name, *arguments = fields(line)
    CALLS.fetch(name).call(ftp, *arguments)
  end
  ftp.quit
end
