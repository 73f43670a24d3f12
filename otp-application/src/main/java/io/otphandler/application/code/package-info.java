/** The codes' key: deriving, keeping and judging codes. */
@NullMarked
package io.otphandler.application.code;

import org.jspecify.annotations.NullMarked;
