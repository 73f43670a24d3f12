/** What a form and a backend can ask of a session: one class for each, the operations of the API. */
@NullMarked
package io.otphandler.application.session;

import org.jspecify.annotations.NullMarked;
