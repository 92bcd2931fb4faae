package org.remotepkcs11.tools;

import java.io.IOException;
import java.security.GeneralSecurityException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remotepkcs11.testkit.SoftHsmKey;

/** git with OpenSSH's signatures, unmodified; judged by ssh-keygen, without the card. */
@Tool(name = "git", version = {"git", "--version"}, guide = "git")
class GitTest {
    private final Desk desk;

    GitTest(Desk desk) {
        this.desk = desk;
    }

    @ParameterizedTest
    @EnumSource(value = SoftHsmKey.class, names = {"RSA_2048", "P_256"})
    void commitsAndTagsAreVerified(SoftHsmKey key) throws IOException, GeneralSecurityException {
        Guide.named("git").followedOn(Workbench.of(desk, key));
    }
}
