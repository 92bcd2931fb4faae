package org.remotepkcs11.tools;

import static org.assertj.core.api.Assertions.assertThat;

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

    @ParameterizedTest
    @EnumSource(value = SoftHsmKey.class, names = {"RSA_2048", "P_256"})
    void exampleRuns(SoftHsmKey key) throws IOException, GeneralSecurityException {
        Workbench bench = Workbench.of(desk, key);
        bench.shell("git init -q . && git config user.email ugo@example.org && git config user.name Ugo && git add *.txt");
        assertThat(bench.example("git.sh " + key.label() + " signed")).contains("Good \"git\" signature");
    }
}
