package io.otphandler.domain.recipient;

/** What a recipient is, and so which channels can reach it. */
public enum RecipientKind {
    PHONE,
    EMAIL
}
