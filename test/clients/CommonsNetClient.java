// Does with Apache Commons Net what the lines of standard input say: where to connect, then a call a line; tabs between fields.

import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.TrustManagerFactory;
import org.apache.commons.net.ftp.FTP;
import org.apache.commons.net.ftp.FTPClient;
import org.apache.commons.net.ftp.FTPFile;
import org.apache.commons.net.ftp.FTPReply;
import org.apache.commons.net.ftp.FTPSClient;

public class CommonsNetClient {
  private static final PrintStream OUT = new PrintStream(System.out, false, StandardCharsets.UTF_8);

  private final FTPClient ftp;
  private final String[] place;

  private CommonsNetClient(String[] place) throws Exception {
    this.place = place;
    this.ftp = place[5].equals("clear") ? new FTPClient() : secured(place);
  }

  /** A client for TLS that speaks one version and trusts one certificate. */
  private static FTPSClient secured(String[] place) throws Exception {
    FTPSClient client = new FTPSClient("TLS", place[5].equals("implicit"));
    client.setEnabledProtocols(new String[] {place[6]});
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream file = new FileInputStream(place[7])) {
      trusted.setCertificateEntry("authority", CertificateFactory.getInstance("X.509").generateCertificate(file));
    }
    TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    client.setTrustManager(managers.getTrustManagers()[0]);
    return client;
  }

  private void check(boolean done) throws IOException {
    if (!done) throw new IOException(ftp.getReplyString().trim());
  }

  private void connect() throws IOException {
    ftp.setControlEncoding("UTF-8");
    ftp.setListHiddenFiles(true);
    ftp.setConnectTimeout(10_000);
    ftp.setDefaultTimeout(10_000);
    ftp.setDataTimeout(java.time.Duration.ofSeconds(10));
    ftp.connect(place[0], Integer.parseInt(place[1]));
    check(FTPReply.isPositiveCompletion(ftp.getReplyCode()));
    logIn();
  }

  private void logIn() throws IOException {
    check(ftp.login(place[2], place[3]));
    if (ftp instanceof FTPSClient) {
      ((FTPSClient) ftp).execPBSZ(0);
      ((FTPSClient) ftp).execPROT("P");
    }
    check(ftp.setFileType(FTP.BINARY_FILE_TYPE));
    enterMode(place[4]);
  }

  private void enterMode(String mode) {
    if (mode.equals("passive")) ftp.enterLocalPassiveMode();
    else ftp.enterLocalActiveMode();
  }

  private void upload(String local, String remote, boolean resume) throws IOException {
    try (InputStream file = new FileInputStream(local)) {
      if (!resume) {
        check(ftp.storeFile(remote, file));
        return;
      }
      check(FTPReply.isPositiveCompletion(ftp.sendCommand("SIZE", remote)));
      long stored = Long.parseLong(ftp.getReplyString().substring(4).trim());
      file.skipNBytes(stored);
      check(ftp.appendFile(remote, file));
    }
  }

  private void download(String remote, String local, boolean resume) throws IOException {
    if (resume) ftp.setRestartOffset(new File(local).length());
    try (OutputStream file = new FileOutputStream(local, resume)) {
      check(ftp.retrieveFile(remote, file));
    }
  }

  private void uploadTree(File local, String remote) throws IOException {
    check(ftp.makeDirectory(remote));
    for (File entry : local.listFiles()) {
      String target = remote + "/" + entry.getName();
      if (entry.isDirectory()) uploadTree(entry, target);
      else upload(entry.getPath(), target, false);
    }
  }

  private void downloadTree(String remote, File local) throws IOException {
    local.mkdir();
    for (FTPFile entry : list(remote)) {
      File target = new File(local, entry.getName());
      if (entry.isDirectory()) downloadTree(remote + "/" + entry.getName(), target);
      else download(remote + "/" + entry.getName(), target.getPath(), false);
    }
  }

  /** Enters the folder to list it: LIST takes what follows for a pattern, or for options when it begins with a dash. */
  private FTPFile[] list(String remote) throws IOException {
    String before = ftp.printWorkingDirectory();
    check(ftp.changeWorkingDirectory(remote));
    FTPFile[] entries = ftp.listFiles(null, (file) -> file != null && !file.getName().matches("\\.\\.?"));
    check(FTPReply.isPositiveCompletion(ftp.getReplyCode()));
    check(ftp.changeWorkingDirectory(before));
    return entries;
  }

  private void run(String[] call) throws IOException {
    switch (call[0]) {
      case "upload" -> upload(call[1], call[2], false);
      case "resumeUpload" -> upload(call[1], call[2], true);
      case "download" -> download(call[1], call[2], false);
      case "resumeDownload" -> download(call[1], call[2], true);
      case "list" -> {
        for (FTPFile entry : list(call[1])) OUT.print(entry.getName() + "\n");
      }
      case "facts" -> {
        for (FTPFile entry : ftp.mlistDir(call[1])) OUT.print(entry.getSize() + " " + entry.getName() + "\n");
      }
      case "delete" -> check(ftp.deleteFile(call[1]));
      case "makeFolder" -> check(ftp.makeDirectory(call[1]));
      case "removeFolder" -> check(ftp.removeDirectory(call[1]));
      case "rename" -> check(ftp.rename(call[1], call[2]));
      case "changeMode" -> check(ftp.sendSiteCommand("CHMOD " + call[2] + " " + call[1]));
      case "uploadTree" -> uploadTree(new File(call[1]), call[2]);
      case "downloadTree" -> downloadTree(call[1], new File(call[2]));
      case "mode" -> enterMode(call[1]);
      case "reinitialize" -> {
        check(ftp.reinitialize());
        logIn();
      }
      default -> throw new IOException("no such call: " + call[0]);
    }
  }

  public static void main(String[] args) throws Exception {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    CommonsNetClient client = new CommonsNetClient(lines.readLine().split("\t", -1));
    try {
      client.connect();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) client.run(line.split("\t", -1));
      client.ftp.logout();
    } catch (IOException error) {
      System.err.println(error.getClass().getSimpleName() + ": " + error.getMessage());
      System.exit(1);
    } finally {
      OUT.flush();
      client.ftp.disconnect();
    }
  }
}
