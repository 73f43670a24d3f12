/**
 * The stores of the application in a relational database: H2 inside this process, for one node, or PostgreSQL, for any
 * number of them; what differs stands behind {@code Engine}. Sessions are written by threads that commit whatever waits
 * at once ({@code Lane}); everything else is plain SQL, through Jdbi where
 * no start and no session has to wait for it ({@code Pool}).
 */
@NullMarked
@CheckReturnValue
package io.otphandler.adapter.jdbi;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
