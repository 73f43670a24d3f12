package io.otphandler.bootstrap.bench;

/** What is measured, each by itself; the names are those of the report. */
enum Step {
    NOOP("noop", true),
    SEND("send", true),
    CHANNEL_POLL("channelLongPoll", true),
    READ_CODE("sandboxMessages", true),
    READ_CHANNEL("getChannel", true),
    READ_STATUS("getStatus", true),
    WRONG_CODE("wrongCode", true),
    CHECK_CODE("checkCode", true),
    COMPLETE("checkStatusAndComplete", true),
    /** Reads within the time from a burst's first confirmation until its last poll is woken. */
    READ_IN_BURST("getStatusInBurst", false),
    /** From the confirmation's being sent until a poll that was held has its answer. */
    WAKE_UP("statusLongPollWakeUp", false),
    /** All calls of one visitor, one after another. */
    FLOW("flow", false);

    private final String label;
    private final boolean isCall;

    Step(String label, boolean isCall) {
        this.label = label;
        this.isCall = isCall;
    }

    String label() {
        return label;
    }

    /** Whether it is one request and its answer, which count towards the rate of all calls. */
    boolean isCall() {
        return isCall;
    }
}
