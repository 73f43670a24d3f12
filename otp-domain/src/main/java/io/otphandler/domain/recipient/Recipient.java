package io.otphandler.domain.recipient;

/**
 * The phone number or e-mail address whose holder is to be verified, in its one normal form, so that two ways to
 * write it are equal. Its {@code toString} is masked: a recipient that slips into a log line tells nothing.
 */
public sealed interface Recipient permits PhoneNumber, EmailAddress {

    /** The whole normal form: E.164 for a phone, lower case for an address. Not for logs. */
    String value();

    /** The form for people and logs, such as {@code +7912***4567}. */
    String masked();

    RecipientKind kind();
}
