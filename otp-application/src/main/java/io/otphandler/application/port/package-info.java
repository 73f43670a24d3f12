/** What the application needs from outside: stores, gateways, timers. Each port has a contract that its every adapter is tested against. */
@NullMarked
package io.otphandler.application.port;

import org.jspecify.annotations.NullMarked;
