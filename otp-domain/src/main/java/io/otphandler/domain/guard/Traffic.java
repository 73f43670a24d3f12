package io.otphandler.domain.guard;

/**
 * What a widget sent to some numbers, and how much of it was confirmed. A message counts when it is asked for, also one
 * of a resend or a fallback; a confirmation when it comes.
 *
 * @param hourMessages of the last hour
 * @param hourRipe of these, the ones old enough for somebody to have typed the code
 * @param hourConfirmed sessions, within the last hour
 * @param dayMessages of the last 24 hours, the last one included
 * @param dayConfirmed sessions, within the last 24 hours
 */
public record Traffic(long hourMessages, long hourRipe, long hourConfirmed, long dayMessages, long dayConfirmed) {

    public static final Traffic NONE = new Traffic(0, 0, 0, 0, 0);

    /** Messages in an hour of the day before the last hour. */
    public double usual() {
        return (dayMessages - hourMessages) / 23.0;
    }

    public Traffic plus(Traffic other) {
        return new Traffic(
                hourMessages + other.hourMessages,
                hourRipe + other.hourRipe,
                hourConfirmed + other.hourConfirmed,
                dayMessages + other.dayMessages,
                dayConfirmed + other.dayConfirmed);
    }

    /** With messages that nobody confirmed, as old as can be. */
    public Traffic withSilent(long messages) {
        return plus(new Traffic(messages, messages, 0, messages, 0));
    }

    /** Without a part of it. */
    public Traffic minus(Traffic part) {
        return new Traffic(
                Math.max(0, hourMessages - part.hourMessages),
                Math.max(0, hourRipe - part.hourRipe),
                Math.max(0, hourConfirmed - part.hourConfirmed),
                Math.max(0, dayMessages - part.dayMessages),
                Math.max(0, dayConfirmed - part.dayConfirmed));
    }
}
