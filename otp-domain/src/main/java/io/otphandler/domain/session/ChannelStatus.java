package io.otphandler.domain.session;

/** The API's word for where a channel stands. */
public enum ChannelStatus {
    /** Being dispatched. */
    WAIT("wait"),
    /** Something has reached the user. */
    SENT("sent"),
    CONFIRMED("confirmed"),
    /** The channel failed. */
    ERROR("error"),
    /** Ended by force. */
    CLOSED("closed");

    private final String wireName;

    ChannelStatus(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }
}
