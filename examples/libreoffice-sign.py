#!/usr/bin/python3
"""Signs a document by LibreOffice: libreoffice-sign.py DOCUMENT SIGNED CERTIFICATE

SIGNED ends with .odt or .pdf; CERTIFICATE is the signer's common name. Does what a person at the screen does, without a
screen: LibreOffice shows its own dialogs, and the PIN in RPKCS11_PIN is typed into the one that asks for it.
MOZILLA_CERTIFICATE_FOLDER names the NSS database that has the module. Debian: libreoffice-writer, python3-uno.
"""
import os
import subprocess
import sys
import tempfile
import threading
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

PATIENCE = 60
PERSON = "org.libreoffice.uitest.UITest"  # LibreOffice's own means to use its dialogs by a program


def properties(**values):
    return tuple(PropertyValue(name, 0, value, 0) for name, value in values.items())


def wait_for(what, attempt):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = attempt()
        if found is not None:
            return found
        time.sleep(0.05)
    raise TimeoutError("no " + what)


class Office:
    """A LibreOffice process with a profile of its own."""

    def __init__(self, profile):
        pipe = "sign%d" % os.getpid()
        self.process = subprocess.Popen(
            ["soffice", "-env:UserInstallation=file://" + profile, "--norestore", "--nologo", "--nodefault",
             "--accept=pipe,name=%s;urp" % pipe], env=dict(os.environ, SAL_USE_VCLPLUGIN="svp"))
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)

        def connect():
            try:
                return resolver.resolve("uno:pipe,name=%s;urp;StarOffice.ComponentContext" % pipe)
            except NoConnectException:
                return None
        self.context = wait_for("LibreOffice", connect)
        self.person = self.service(PERSON)

    def service(self, name):
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    def dialog(self, child):
        """The dialog in front, once it has a part of this name."""
        def front():
            window = self.person.getTopFocusWindow()
            return window if window is not None and child in window.getChildren() else None
        return wait_for("dialog with " + child, front)

    def click(self, child):
        self.dialog(child).getChild(child).executeAction("CLICK", ())

    def begin(self, action):
        """What shows a dialog goes on until that has ended."""
        threading.Thread(target=action, daemon=True).start()

    def type_pin(self):
        entry = self.dialog("newpassEntry")
        entry.getChild("newpassEntry").executeAction("TYPE", properties(TEXT=os.environ["RPKCS11_PIN"]))
        entry.getChild("ok").executeAction("CLICK", ())

    def sign_odt(self, document, url, name):
        """File, Digital Signatures, Sign Document."""
        document.storeToURL(url, ())
        frame = self.service("com.sun.star.frame.Desktop").loadComponentFromURL(url, "_blank", 0, ()).CurrentController.Frame
        dispatcher = self.service("com.sun.star.frame.DispatchHelper")
        done = threading.Event()
        self.begin(lambda: (dispatcher.executeDispatch(frame, ".uno:Signature", "", 0, ()), done.set()))
        self.dialog("start_certmanager")
        self.begin(lambda: self.click("sign"))
        self.type_pin()
        rows = self.dialog("viewcert").getChild("signatures")
        row = next(row for row in map(rows.getChild, rows.getChildren())
                   if any(part.Name == "Text" and part.Value.startswith(name + "\t") for part in row.getState()))
        row.executeAction("SELECT", ())
        self.click("ok")
        self.dialog("start_certmanager")
        self.click("close")
        done.wait(PATIENCE)

    def sign_pdf(self, document, url, name):
        """File, Export as PDF, with a certificate chosen on the page Digital Signatures."""
        security = self.service("com.sun.star.xml.crypto.SEInitializer").createSecurityContext("")
        self.begin(self.type_pin)
        certificates = security.getSecurityEnvironment().getPersonalCertificates()
        certificate = next(one for one in certificates
                           if "CN=" + name in [part.strip() for part in one.SubjectName.split(",")])
        options = properties(SignPDF=True, SignatureCertificate=certificate)
        document.storeToURL(url, properties(
            FilterName="writer_pdf_Export", FilterData=uno.Any("[]com.sun.star.beans.PropertyValue", options)))

    def sign(self, document, signed, name):
        loaded = self.service("com.sun.star.frame.Desktop").loadComponentFromURL(
            uno.systemPathToFileUrl(os.path.abspath(document)), "_blank", 0, properties(Hidden=True, ReadOnly=True))
        action = self.sign_pdf if signed.endswith(".pdf") else self.sign_odt
        action(loaded, uno.systemPathToFileUrl(os.path.abspath(signed)), name)

    def end(self):
        self.begin(lambda: self.service("com.sun.star.frame.Desktop").terminate())
        try:
            self.process.wait(PATIENCE)
        finally:
            self.process.kill()


def main(document, signed, name):
    with tempfile.TemporaryDirectory() as profile:
        office = Office(profile)
        try:
            office.sign(document, signed, name)
        finally:
            office.end()


if __name__ == "__main__":
    main(*sys.argv[1:])
