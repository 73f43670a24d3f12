/**
 * The stores of the application in a relational database: H2 inside this process, for one node. Sessions are written by
 * one thread that commits whatever waits at once ({@code Lane}); everything else is plain SQL through Jdbi.
 */
@NullMarked
@CheckReturnValue
package io.otphandler.adapter.jdbi;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
