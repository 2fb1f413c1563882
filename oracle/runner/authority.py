"""A certificate authority for one recording, made afresh and deleted afterwards."""

import shutil
import subprocess
from pathlib import Path

REGIONS = ["us-east-1", "us-west-2", "eu-west-1", "eu-central-1"]
NAMES = ["*.amazonaws.com", "*.amazonaws.com.cn", "*.sts.amazonaws.com", "*.s3.amazonaws.com"]
NAMES += [f"*.{prefix}{region}.amazonaws.com" for region in REGIONS for prefix in ("", "s3.", "sso.")]
NAMES += ["*.cn-north-1.amazonaws.com.cn"]


def openssl(*arguments: str) -> str:
    return subprocess.run(["openssl", *arguments], check=True, capture_output=True, text=True).stdout


def create(folder: Path) -> None:
    """Leaves `ca.pem`, `server.pem`, `server.key`, and `certs/`, which takes the place of /etc/ssl/certs."""
    ca, ca_key, server, key = (str(folder / name) for name in ("ca.pem", "ca.key", "server.pem", "server.key"))
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "7", "-subj", "/CN=oracle test authority", "-keyout", ca_key, "-out", ca,
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    request = str(folder / "server.csr")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=sts.amazonaws.com", "-keyout", key, "-out", request)
    extensions = folder / "extensions"
    extensions.write_text(f"subjectAltName={','.join('DNS:' + name for name in NAMES)}\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n")
    openssl("x509", "-req", "-days", "7", "-in", request, "-CA", ca, "-CAkey", ca_key, "-CAcreateserial", "-extfile", str(extensions), "-out", server)
    system_store(folder, Path(ca))
    java_store(folder, ca)


def system_store(folder: Path, ca: Path) -> None:
    certs = folder / "certs"
    (certs / "java").mkdir(parents=True)
    shutil.copy(ca, certs / "ca-certificates.crt")
    shutil.copy(ca, certs / f"{openssl('x509', '-hash', '-noout', '-in', str(ca)).strip()}.0")


def java_store(folder: Path, ca: str) -> None:
    """JKS: a PKCS12 store cannot be read without its password."""
    if shutil.which("keytool"):
        subprocess.run(["keytool", "-importcert", "-noprompt", "-alias", "oracle", "-file", ca, "-storetype", "JKS",
                        "-storepass", "changeit", "-keystore", str(folder / "certs" / "java" / "cacerts")], check=True, capture_output=True)
