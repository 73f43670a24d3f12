package io.otphandler.domain.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.domain.recipient.RecipientKind;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChannelTypeTest {

    @Test
    void theTypesAreCalledAsTheApiCallsThem() {
        assertThat(Arrays.stream(ChannelType.values()).map(ChannelType::wireName))
                .containsExactly(
                        "sms", "voice", "flashcall", "viber", "vk", "whatsapp", "telegramcode", "sim_push", "email");
        assertThat(Arrays.stream(CodeType.values()).map(CodeType::wireName)).containsExactly("code", "codeless");
    }

    @ParameterizedTest
    @EnumSource(ChannelType.class)
    void everyTypeIsFoundByItsName(ChannelType type) {
        assertThat(ChannelType.named(type.wireName())).contains(type);
    }

    @Test
    void noTypeIsFoundByAnotherName() {
        assertThat(ChannelType.named("SMS")).isEmpty();
        assertThat(CodeType.named("CODE")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(ChannelType.class)
    void onlyEmailReachesAddresses(ChannelType type) {
        assertThat(type.reaches()).isEqualTo(type == ChannelType.EMAIL ? RecipientKind.EMAIL : RecipientKind.PHONE);
    }

    @ParameterizedTest
    @EnumSource(ChannelType.class)
    void onlyAPushCarriesNoCodeUnlessToldOtherwise(ChannelType type) {
        assertThat(type.defaultCodeType()).isEqualTo(type == ChannelType.SIM_PUSH ? CodeType.CODELESS : CodeType.CODE);
    }

    @ParameterizedTest
    @EnumSource(ChannelType.class)
    void onlyAFlashCallHasNoWords(ChannelType type) {
        assertThat(type.hasText()).isEqualTo(type != ChannelType.FLASHCALL);
    }

    @ParameterizedTest
    @EnumSource(CodeType.class)
    void aCodeTypeIsFoundByItsNameAndIsTheOtherOfItsOther(CodeType type) {
        assertThat(CodeType.named(type.wireName())).contains(type);
        assertThat(type.other()).isNotEqualTo(type);
        assertThat(type.other().other()).isEqualTo(type);
    }
}
