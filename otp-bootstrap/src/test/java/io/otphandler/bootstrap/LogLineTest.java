package io.otphandler.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A line is what logback makes of the pattern that the line says it is. */
class LogLineTest {

    private final LoggerContext loggers = new LoggerContext();

    @ParameterizedTest
    @CsvSource({
        "INFO, io.otphandler.bootstrap.Service, 2026-03-01T00:00:00Z, false",
        "WARN, io.otphandler.adapter.http.jetty.RequestThreads, 2026-12-31T23:59:59.999Z, false",
        "ERROR, org.h2, 1999-01-02T03:04:05.060Z, true",
        "DEBUG, Short, 2026-06-07T08:09:10.100Z, false",
        "TRACE, a.b.c.d.e.f.g.h.i.j.k.l.m.n.Ooooooooooooooo, 2026-06-07T08:09:10.010Z, true"
    })
    void aLineIsWhatThePatternWouldMakeOfIt(String level, String logger, Instant time, boolean thrown) {
        PatternLayout pattern = new PatternLayout();
        pattern.setContext(loggers);
        pattern.setPattern("%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z',UTC} %-5level %logger{24} - %msg%n");
        pattern.start();
        LoggingEvent event = event(level, logger, time, thrown ? new IllegalStateException("x", new Error("y")) : null);

        assertThat(new LogLine().doLayout(event)).isEqualTo(pattern.doLayout(event));
    }

    private LoggingEvent event(String level, String logger, Instant time, @Nullable Throwable thrown) {
        LoggingEvent event = new LoggingEvent(
                "caller", loggers.getLogger(logger), Level.valueOf(level), "{} of {}", thrown, new Object[] {1, 2});
        event.setTimeStamp(time.toEpochMilli());
        return event;
    }
}
