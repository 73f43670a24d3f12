package io.otphandler.bootstrap;

import io.otphandler.adapter.jdbi.JdbiDatabase;
import io.otphandler.application.code.CodeKey;
import io.otphandler.application.port.StoreUnavailableException;
import io.otphandler.bootstrap.settings.Settings;
import io.otphandler.domain.limit.Allowance;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database, open, with the schema that this version needs and a pepper that fits it.
 *
 * @param codes the peppers, and which of them the database was made with
 */
record Store(JdbiDatabase database, CodeKey codes) {

    /** Of the pepper that the database was made with. */
    private static final String PEPPER_FINGERPRINT = "pepper.fingerprint";
    /** Of the one that new sessions are begun with, once that is another. */
    private static final String CURRENT_PEPPER = "pepper.current";

    private static final Logger log = LoggerFactory.getLogger(Store.class);

    /** @throws UserException when the database is not as it must be; it is closed then */
    static Store open(Settings.Database settings, Allowance allowance, CodeKey peppers, Clock clock) {
        JdbiDatabase database = open(settings, allowance, clock);
        try {
            if (settings.migrate()) {
                migrate(database);
            } else {
                refuseOlderSchema(database);
            }
            return new Store(database, refusingAnotherPepper(database, peppers));
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /** Brings the schema up to date, and answers with how many steps that took. */
    static int migrate(Settings.Database settings) {
        try (JdbiDatabase database = open(settings, Allowance.UNLIMITED, Clock.systemUTC())) {
            return database.migrate();
        }
    }

    private static JdbiDatabase open(Settings.Database database, Allowance allowance, Clock clock) {
        try {
            return JdbiDatabase.open(
                    new JdbiDatabase.Settings(
                            database.url(), database.user(), database.password(), database.poolSize(), allowance),
                    clock);
        } catch (IllegalArgumentException | StoreUnavailableException e) {
            throw new UserException("database.url: the database cannot be opened: " + e.getMessage(), e);
        }
    }

    private static void migrate(JdbiDatabase database) {
        try {
            int steps = database.migrate();
            if (steps > 0) {
                log.info("The database's schema was brought up to date in {} steps", steps);
            }
        } catch (StoreUnavailableException e) {
            throw new UserException("database.url: " + e.getMessage(), e);
        }
    }

    private static void refuseOlderSchema(JdbiDatabase database) {
        if (database.needsMigration()) {
            throw new UserException("database.migrate: the database's schema is older than this version needs."
                    + " Run the command migrate, or let serve do it.");
        }
    }

    /**
     * A node without the pepper that new sessions are begun with could judge no code of the others'. One that begins with
     * another, and has that one too, has been given a new pepper: from now on that is what others must have.
     */
    private static CodeKey refusingAnotherPepper(JdbiDatabase database, CodeKey peppers) {
        String original = database.metadata().putIfAbsent(PEPPER_FINGERPRINT, peppers.fingerprint());
        String current = database.metadata().get(CURRENT_PEPPER).orElse(original);
        if (!peppers.has(current)) {
            throw new UserException("codes.pepperFile: this database was made with another pepper."
                    + " Configure that one, or use another database.");
        }
        if (!current.equals(peppers.fingerprint())) {
            database.metadata().put(CURRENT_PEPPER, peppers.fingerprint());
            log.info("New sessions begin with another pepper from now on; those that run keep theirs");
        }
        return peppers.whoseOriginalIs(original);
    }
}
