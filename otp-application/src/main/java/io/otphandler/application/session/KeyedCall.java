package io.otphandler.application.session;

import java.util.UUID;

/**
 * A call that may come again and is to have its effect once.
 *
 * @param id the same each time that it comes; random, and unpredictable
 * @param again whether it may have had its effect already
 */
public record KeyedCall(UUID id, boolean again) {}
