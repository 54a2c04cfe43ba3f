import { abor } from '../commands/abor.ts';
import { allo } from '../commands/allo.ts';
import { auth } from '../commands/auth.ts';
import { avbl } from '../commands/avbl.ts';
import { ccc } from '../commands/ccc.ts';
import { clnt } from '../commands/clnt.ts';
import { cwd } from '../commands/cwd.ts';
import { dele } from '../commands/dele.ts';
import { epsv } from '../commands/epsv.ts';
import { esta, estp } from '../commands/esta.ts';
import { feat } from '../commands/feat.ts';
import { hash } from '../commands/hash.ts';
import { help, siteHelp } from '../commands/help.ts';
import { host } from '../commands/host.ts';
import { lang } from '../commands/lang.ts';
import { list } from '../commands/list.ts';
import { mdtm } from '../commands/mdtm.ts';
import { mff } from '../commands/mff.ts';
import { mfmt } from '../commands/mfmt.ts';
import { mkd } from '../commands/mkd.ts';
import { mlsd, mlst } from '../commands/mlsd.ts';
import { mode } from '../commands/mode.ts';
import { nlst } from '../commands/nlst.ts';
import { noop } from '../commands/noop.ts';
import { opts } from '../commands/opts.ts';
import { pass } from '../commands/pass.ts';
import { pasv } from '../commands/pasv.ts';
import { pbsz } from '../commands/pbsz.ts';
import { eprt, port } from '../commands/port.ts';
import { pret } from '../commands/pret.ts';
import { prot } from '../commands/prot.ts';
import { pwd } from '../commands/pwd.ts';
import { quit } from '../commands/quit.ts';
import { rein } from '../commands/rein.ts';
import { rest } from '../commands/rest.ts';
import { retr } from '../commands/retr.ts';
import { rmd } from '../commands/rmd.ts';
import { rnfr } from '../commands/rnfr.ts';
import { rnto } from '../commands/rnto.ts';
import { siteAlias } from '../commands/site-alias.ts';
import { siteChmod } from '../commands/site-chmod.ts';
import { siteIdle } from '../commands/site-idle.ts';
import { siteTime } from '../commands/site-time.ts';
import { siteUtime } from '../commands/site-utime.ts';
import { siteUnknown } from '../commands/site.ts';
import { size } from '../commands/size.ts';
import { stat } from '../commands/stat.ts';
import { appe, stor, stou } from '../commands/stor.ts';
import { stru } from '../commands/stru.ts';
import { syst } from '../commands/syst.ts';
import { type } from '../commands/type.ts';
import { user } from '../commands/user.ts';
import type { Session } from '../contract/session.ts';
import type { CommandResult } from '../contract/command.ts';

type Result = CommandResult | Promise<CommandResult>;

/**
 * One method for each row of the command table, for subclasses to override. Where the table says that the argument is
 * a path, the method gets the path it stands for: virtual, absolute, checked.
 */
export abstract class FtpMethods {
  ftp_ABOR(this: Session): Result {
    return abor(this);
  }
  ftp_ALLO(this: Session, size: string): Result {
    return allo(this, size);
  }
  ftp_APPE(this: Session, path: string): Result {
    return appe(this, path);
  }
  ftp_AUTH(this: Session, mechanism: string): Result {
    return auth(this, mechanism);
  }
  ftp_AVBL(this: Session, path: string): Result {
    return avbl(this, path);
  }
  ftp_CCC(this: Session): Result {
    return ccc(this);
  }
  ftp_CDUP(this: Session & FtpMethods, path: string): Result {
    return this.ftp_CWD(path);
  }
  ftp_CLNT(this: Session, client: string): Result {
    return clnt(this, client);
  }
  ftp_CWD(this: Session, path: string): Result {
    return cwd(this, path);
  }
  ftp_DELE(this: Session, path: string): Result {
    return dele(this, path);
  }
  ftp_EPRT(this: Session, argument: string): Result {
    return eprt(this, argument);
  }
  ftp_EPSV(this: Session, argument: string): Result {
    return epsv(this, argument);
  }
  ftp_ESTA(this: Session): Result {
    return esta(this);
  }
  ftp_ESTP(this: Session): Result {
    return estp(this);
  }
  ftp_FEAT(this: Session): Result {
    return feat(this);
  }
  ftp_HASH(this: Session, path: string): Result {
    return hash(this, path);
  }
  ftp_HELP(this: Session, argument: string): Result {
    return help(this, argument);
  }
  ftp_HOST(this: Session, name: string): Result {
    return host(this, name);
  }
  ftp_LANG(this: Session, tag: string): Result {
    return lang(this, tag);
  }
  ftp_LIST(this: Session, argument: string): Result {
    return list(this, argument);
  }
  ftp_MDTM(this: Session, path: string): Result {
    return mdtm(this, path);
  }
  ftp_MFF(this: Session, argument: string): Result {
    return mff(this, argument);
  }
  ftp_MFMT(this: Session, argument: string): Result {
    return mfmt(this, argument);
  }
  ftp_MKD(this: Session, path: string): Result {
    return mkd(this, path);
  }
  ftp_MLSD(this: Session, path: string): Result {
    return mlsd(this, path);
  }
  ftp_MLST(this: Session, path: string): Result {
    return mlst(this, path);
  }
  ftp_MODE(this: Session, argument: string): Result {
    return mode(argument);
  }
  ftp_NLST(this: Session, argument: string): Result {
    return nlst(this, argument);
  }
  ftp_NOOP(this: Session): Result {
    return noop();
  }
  ftp_OPTS(this: Session, argument: string): Result {
    return opts(this, argument);
  }
  ftp_PASS(this: Session, password: string): Result {
    return pass(this, password);
  }
  ftp_PASV(this: Session): Result {
    return pasv(this);
  }
  ftp_PBSZ(this: Session, size: string): Result {
    return pbsz(this, size);
  }
  ftp_PORT(this: Session, argument: string): Result {
    return port(this, argument);
  }
  ftp_PRET(this: Session, argument: string): Result {
    return pret(this, argument);
  }
  ftp_PROT(this: Session, level: string): Result {
    return prot(this, level);
  }
  ftp_PWD(this: Session): Result {
    return pwd(this);
  }
  ftp_QUIT(this: Session): Result {
    return quit(this);
  }
  ftp_REIN(this: Session): Result {
    return rein(this);
  }
  ftp_REST(this: Session, argument: string): Result {
    return rest(this, argument);
  }
  ftp_RETR(this: Session, path: string): Result {
    return retr(this, path);
  }
  ftp_RMD(this: Session, path: string): Result {
    return rmd(this, path);
  }
  ftp_RNFR(this: Session, path: string): Result {
    return rnfr(this, path);
  }
  ftp_RNTO(this: Session, path: string): Result {
    return rnto(this, path);
  }
  ftp_SITE(this: Session, argument: string): Result {
    return siteUnknown(argument);
  }
  ftp_SITE_ALIAS(this: Session, alias: string): Result {
    return siteAlias(this, alias);
  }
  ftp_SITE_CHMOD(this: Session, argument: string): Result {
    return siteChmod(this, argument);
  }
  ftp_SITE_HELP(this: Session, argument = ''): Result {
    return siteHelp(this, argument);
  }
  ftp_SITE_IDLE(this: Session, seconds: string): Result {
    return siteIdle(this, seconds);
  }
  ftp_SITE_TIME(this: Session): Result {
    return siteTime();
  }
  ftp_SITE_UTIME(this: Session, argument: string): Result {
    return siteUtime(this, argument);
  }
  ftp_SIZE(this: Session, path: string): Result {
    return size(this, path);
  }
  ftp_STAT(this: Session, argument: string): Result {
    return stat(this, argument);
  }
  ftp_STOR(this: Session, path: string): Result {
    return stor(this, path);
  }
  ftp_STOU(this: Session, argument: string): Result {
    return stou(this, argument);
  }
  ftp_STRU(this: Session, argument: string): Result {
    return stru(argument);
  }
  ftp_SYST(this: Session): Result {
    return syst();
  }
  ftp_TYPE(this: Session, argument: string): Result {
    return type(this, argument);
  }
  ftp_USER(this: Session, username: string): Result {
    return user(this, username);
  }
}
