"""Servers of databases for checks."""

import glob
import os
import pwd
import subprocess


def home(folder, name):
    """A folder for a server, and who runs it: nobody, where root would."""
    path = os.path.join(folder, name)
    os.mkdir(path)
    if os.geteuid() != 0:
        return path, {}
    nobody = pwd.getpwnam("nobody")
    os.chown(path, nobody.pw_uid, nobody.pw_gid)
    os.chmod(folder, 0o755)
    return path, dict(user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[])


class Server:
    """A PostgreSQL server in a folder of its own."""

    def __init__(self, folder):
        self.folder, self.identity = home(folder, "postgres")
        programs = sorted(glob.glob("/usr/lib/postgresql/*/bin")) or [""]
        self.programs = programs[-1]
        self.run("initdb", "-D", "data", "-U", "fakegen", "-A", "trust", "-E", "UTF8", "--no-locale")
        settings = f"-k {self.folder} -c listen_addresses='' -c fsync=off"
        self.run("pg_ctl", "-D", "data", "-l", "log", "-w", "-o", settings, "start")

    def run(self, name, *arguments):
        subprocess.run(
            [os.path.join(self.programs, name), *arguments], cwd=self.folder, check=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **self.identity,
        )

    def psql(self, command=None, script=b""):
        arguments = ["-c", command] if command else ["-f", "-"]
        return subprocess.run(
            [
                "psql", "-h", self.folder, "-U", "fakegen", "-d", "postgres", "-q", "-X", "-A", "-t",
                "-v", "ON_ERROR_STOP=1", *arguments,
            ],
            input=script, check=True, stdout=subprocess.PIPE,
            env=dict(os.environ, PGTZ="UTC", PGCLIENTENCODING="UTF8", PGOPTIONS="-c client_min_messages=error"),
        ).stdout

    def stop(self):
        self.run("pg_ctl", "-D", "data", "-m", "immediate", "stop")
