package io.otphandler.adapter.jdbi;

import io.otphandler.application.port.BlockedRecipients;
import io.otphandler.application.port.BlockedRecipientsContract;
import io.otphandler.application.port.MovableClock;
import io.otphandler.application.port.Sessions;
import io.otphandler.application.port.SessionsContract;
import io.otphandler.application.port.Widgets;
import io.otphandler.application.port.WidgetsContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The ports on H2, in a file and in memory. */
final class H2ContractTest {

    @Nested
    class InAFile extends Ports {
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
    class InMemory extends Ports {
        @Override
        String url() {
            return "jdbc:h2:mem:";
        }
    }

    abstract static class Ports implements SessionsContract, WidgetsContract, BlockedRecipientsContract {
        private final MovableClock clock = new MovableClock();
        JdbiDatabase database;

        abstract String url();

        @BeforeEach
        void open() {
            database = JdbiDatabase.open(new JdbiDatabase.Settings(url(), "", "", 4), clock);
            database.migrate();
        }

        @AfterEach
        void close() {
            database.close();
        }

        @Override
        public void forgetMemory() {}

        @Override
        public Sessions sessions() {
            return database.sessions();
        }

        @Override
        public Widgets widgets() {
            return database.widgets();
        }

        @Override
        public BlockedRecipients blockedRecipients() {
            return database.blockedRecipients();
        }

        @Override
        public MovableClock clock() {
            return clock;
        }
    }
}
