package io.otphandler.bootstrap;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.Logger;

/**
 * The log as it is without further ado: to stderr, from the level that {@code OTP_LOG_LEVEL} names, else {@code INFO}. A
 * file of one's own ({@code -Dlogback.configurationFile=…}) takes its place. Found by logback as a service.
 *
 * <p>Code instead of {@code logback.xml}, as reading that costs a tenth of the service's start.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_NORMAL_PRIORITY)
public final class Logging extends ContextAwareBase implements Configurator {

    @Override
    public ExecutionStatus configure(LoggerContext loggers) {
        if (System.getProperty("logback.configurationFile") != null
                || Logging.class.getResource("/logback-test.xml") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        LogLine line = new LogLine();
        line.setContext(loggers);
        line.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(loggers);
        encoder.setLayout(line);
        encoder.start();
        ConsoleAppender<ILoggingEvent> stderr = new ConsoleAppender<>();
        stderr.setContext(loggers);
        stderr.setName("STDERR");
        stderr.setTarget("System.err"); // stdout is for what commands print
        stderr.setEncoder(encoder);
        stderr.start();
        ch.qos.logback.classic.Logger root = loggers.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(System.getenv("OTP_LOG_LEVEL"), Level.INFO));
        root.addAppender(stderr);
        loggers.getLogger("org.eclipse.jetty").setLevel(Level.WARN);
        // it warns with the Host header as it came, which is anybody's text
        loggers.getLogger("org.eclipse.jetty.util.HostPort").setLevel(Level.OFF);
        loggers.getLogger("io.javalin").setLevel(Level.WARN);
        loggers.getLogger("com.zaxxer.hikari").setLevel(Level.WARN);
        loggers.getLogger("org.flywaydb").setLevel(Level.WARN);
        // it writes what it receives, receipts with the words of messages among it; the gateway tells what matters
        loggers.getLogger("org.jsmpp").setLevel(Level.OFF);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
