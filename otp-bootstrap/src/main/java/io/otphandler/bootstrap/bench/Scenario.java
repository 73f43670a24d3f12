package io.otphandler.bootstrap.bench;

/** What the service is asked. */
public enum Scenario {
    /** Send, channel long poll, checkCode, checkStatusAndComplete. */
    flow,
    /** Status polls that are held while others read, and a burst of confirmations that wakes some of them. */
    polls,
    /** Flows with reads, wrong codes and status polls that are held. */
    mixed
}
