package org.remotepkcs11.wire;

/** Which outcome may answer which request; a refusal answers all. */
final class OutcomeFit {
    private OutcomeFit() {
    }

    static boolean fits(Outcome outcome, Request request) {
        if (outcome instanceof Outcome.Refused) {
            return true;
        }
        if (request instanceof Request.Open open) {
            return outcome instanceof Outcome.Opened opened && opened.userNonce().equals(open.userNonce());
        }
        if (request instanceof Request.Use use) {
            return outcome instanceof Outcome.Used used && used.results().size() == use.operations().size();
        }
        if (request instanceof Request.Administer administer) {
            return fits(outcome, administer.action());
        }
        return request instanceof Request.Login && outcome instanceof Outcome.LoggedIn
                || request instanceof Request.ChangePin && outcome instanceof Outcome.PinChanged
                || request instanceof Request.ReadLog read && outcome instanceof Outcome.LogRead shown
                        && shown.entries().size() <= Math.max(0, read.to() - read.from())
                || request instanceof Request.Watch && outcome instanceof Outcome.Watched
                || request instanceof Request.RenewCertificate && outcome instanceof Outcome.CertificateRenewed;
    }

    private static boolean fits(Outcome outcome, Administration action) {
        if (action instanceof Administration.Invite || action instanceof Administration.ReplaceKey) {
            return outcome instanceof Outcome.Invited;
        }
        if (action instanceof Administration.ListApprovals) {
            return outcome instanceof Outcome.ApprovalsListed;
        }
        return action instanceof Administration.ListState ? outcome instanceof Outcome.Listed
                : outcome instanceof Outcome.Administered;
    }
}
