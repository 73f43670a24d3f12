package io.otphandler.adapter.jdbi;

import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The ports on H2, in a file and in memory. */
final class H2ContractTest {

    @Nested
    class InAFile extends PortsOnADatabase {
        @TempDir
        Path directory;

        @Override
        String url() {
            return "jdbc:h2:file:" + directory.resolve("otp");
        }

        /** Another process could not do more: closed, and opened again. */
        @Override
        public void forgetMemory() {
            database.close();
            open();
        }
    }

    @Nested
    class InMemory extends PortsOnADatabase {
        @Override
        String url() {
            return "jdbc:h2:mem:";
        }
    }
}
