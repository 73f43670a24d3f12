/** What can be watched from outside, in Prometheus' words. */
@NullMarked
package io.otphandler.adapter.http.metrics;

import org.jspecify.annotations.NullMarked;
