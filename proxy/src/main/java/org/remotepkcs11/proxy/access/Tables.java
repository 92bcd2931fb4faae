package org.remotepkcs11.proxy.access;

/** All that access keeps. */
record Tables(People people, Invitations invitations, Inviters inviters, Cards cards, Delegations delegations, Tallies tallies,
              Operations operations,
              DelegationCertificates certificates, SealedPins sealedPins) {
    static Tables sealedBy(PolicySeal seal) {
        Inviters inviters = new Inviters(seal);
        return new Tables(new People(seal), new Invitations(seal, inviters), inviters, new Cards(seal), new Delegations(seal),
                new Tallies(seal), new Operations(), new DelegationCertificates(seal),
                new SealedPins());
    }
}
