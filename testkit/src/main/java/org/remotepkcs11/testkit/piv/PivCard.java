package org.remotepkcs11.testkit.piv;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A PIV card (NIST SP 800-73-4): what is needed to list, sign, decrypt, derive and to verify, change and unblock the
 * PIN. Holds what real cards hold when they come to their owner; nothing can be written to it.
 */
public final class PivCard {
    private static final byte[] ATR = HexFormat.of().parseHex("3B8B800180F9A00000030800001000C8");
    private static final byte[] APPLICATION = HexFormat.of().parseHex("A000000308000010000100");
    private static final int PIN = 0x80;
    private static final int GET_RESPONSE = 0xC0;
    private static final int CHANGE_PIN = 0x24;
    private static final int UNBLOCK_PIN = 0x2C;
    private static final int MAX_CHAIN = 4096;
    private static final int AGREEMENT = 0x85;
    private static final int CHALLENGE = 0x81;

    private final byte[] serial;
    private final Map<PivSlot, PivKey> keys;
    private final PivPin pin;
    private final CardPlan plan;
    private final AtomicLong commands = new AtomicLong();
    private final OperationMeter meter = new OperationMeter();
    private final AtomicLong pinEntries = new AtomicLong();
    private final ByteArrayOutputStream chain = new ByteArrayOutputStream();
    private byte[] pending = new byte[0];
    private boolean freshPin;

    private PivCard(Builder builder) {
        this.serial = ByteBuffer.allocate(Long.BYTES).putLong(builder.serial).array();
        this.keys = new EnumMap<>(builder.keys);
        this.pin = new PivPin(builder.pin, builder.tries);
        this.plan = builder.plan;
    }

    /** @param serial shown in hexadecimal as the token's serial number */
    public static Builder numbered(long serial) {
        return new Builder(serial);
    }

    /** Without a word: PIN 123456, three tries, no keys. */
    public static final class Builder {
        private final long serial;
        private final Map<PivSlot, PivKey> keys = new EnumMap<>(PivSlot.class);
        private final CardPlan plan = new CardPlan();
        private String pin = "123456";
        private int tries = 3;

        private Builder(long serial) {
            this.serial = serial;
        }

        public Builder key(PivSlot slot, PivKey key) {
            keys.put(slot, key);
            return this;
        }

        /** @param digits six to eight @param most wrong ones in a row that lock the card, up to 15 */
        public Builder pin(String digits, int most) {
            pin = digits;
            tries = most;
            return this;
        }

        public PivCard build() {
            return new PivCard(this);
        }
    }

    public CardPlan plan() {
        return plan;
    }

    /** As the token's serial number is shown. */
    public String serialNumber() {
        return HexFormat.of().formatHex(serial);
    }

    public int triesLeft() {
        return pin.triesLeft();
    }

    /** As if its holder had typed a wrong PIN elsewhere. */
    public void spendTry() {
        pin.spendTry();
    }

    /** How often it was given the right PIN. */
    public long pinEntries() {
        return pinEntries.get();
    }

    /** That it was given so far, answered or not. */
    public long commands() {
        return commands.get();
    }

    /** Private-key operations done so far. */
    public long operations() {
        return meter.done();
    }

    /** The same, with the part of the one under way that it has done by the time. */
    public double progress() {
        return meter.progress();
    }

    byte[] atr() {
        return ATR.clone();
    }

    /** Power off, on, or a reset: what was verified is forgotten. */
    synchronized void reset() {
        pin.forget();
        chain.reset();
        pending = new byte[0];
        freshPin = false;
    }

    /**
     * One command, one response with its status word; takes as long as {@link CardPlan} says.
     *
     * @return empty if the card is pulled meanwhile
     */
    synchronized Optional<byte[]> transmit(byte[] command) {
        try {
            Apdu apdu = Apdu.parse(command);
            commands.incrementAndGet();
            pause(plan.command());
            Optional<Integer> instead = plan.statusInstead(apdu.instruction());
            if (plan.isLeaving()) {
                return Optional.empty();
            }
            if (instead.isPresent()) {
                throw new CardStatus(instead.get());
            }
            return Optional.of(dispatch(apdu));
        } catch (CardStatus refused) {
            return Optional.of(status(new byte[0], refused.word()));
        }
    }

    private byte[] dispatch(Apdu apdu) throws CardStatus {
        if (apdu.instruction() == GET_RESPONSE) {
            return part(apdu.mostExpected());
        }
        pending = new byte[0];
        if (chain.size() + apdu.data().length > MAX_CHAIN) {
            chain.reset();
            throw new CardStatus(CardStatus.WRONG_LENGTH);
        }
        chain.writeBytes(apdu.data());
        if (apdu.isChained()) {
            return status(new byte[0], CardStatus.OK);
        }
        byte[] data = chain.toByteArray();
        chain.reset();
        pending = answer(apdu, data);
        return part(apdu.mostExpected());
    }

    private byte[] part(int mostExpected) {
        int length = Math.min(pending.length, mostExpected == 0 ? 256 : mostExpected);
        byte[] now = Arrays.copyOf(pending, length);
        pending = Arrays.copyOfRange(pending, length, pending.length);
        return status(now, pending.length == 0 ? CardStatus.OK
                : CardStatus.MORE | (pending.length > 0xFF ? 0 : pending.length));
    }

    private static byte[] status(byte[] data, int word) {
        byte[] response = Arrays.copyOf(data, data.length + 2);
        response[data.length] = (byte) (word >>> 8);
        response[data.length + 1] = (byte) word;
        return response;
    }

    private byte[] answer(Apdu apdu, byte[] data) throws CardStatus {
        return switch (apdu.instruction()) {
            case CardPlan.SELECT -> select(data);
            case CardPlan.GET_DATA -> object(data);
            case CardPlan.VERIFY -> verify(apdu, data);
            case CardPlan.GENERAL_AUTHENTICATE -> authenticate(apdu, data);
            case CHANGE_PIN -> {
                needPinReference(apdu);
                pin.change(data);
                yield new byte[0];
            }
            case UNBLOCK_PIN -> {
                needPinReference(apdu);
                pin.unblock(data);
                yield new byte[0];
            }
            default -> throw new CardStatus(CardStatus.UNKNOWN_INSTRUCTION);
        };
    }

    private static byte[] select(byte[] name) throws CardStatus {
        boolean named = name.length >= 5 && name.length <= APPLICATION.length
                && Arrays.equals(name, Arrays.copyOf(APPLICATION, name.length));
        if (!named) {
            throw new CardStatus(CardStatus.NOT_FOUND);
        }
        byte[] authority = Tlv.of(0x79, Tlv.of(0x4F, Arrays.copyOf(APPLICATION, 5)));
        return Tlv.of(0x61, Tlv.of(0x4F, Arrays.copyOfRange(APPLICATION, 5, APPLICATION.length)), authority);
    }

    private static void needPinReference(Apdu apdu) throws CardStatus {
        if (apdu.p2() != PIN) {
            throw new CardStatus(CardStatus.UNKNOWN_REFERENCE);
        }
    }

    private byte[] verify(Apdu apdu, byte[] data) throws CardStatus {
        needPinReference(apdu);
        if (apdu.p1() == 0xFF) {
            pin.forget();
            return new byte[0];
        }
        pin.verify(data);
        freshPin |= data.length > 0;
        pinEntries.addAndGet(Math.min(data.length, 1));
        return new byte[0];
    }

    private byte[] object(byte[] data) throws CardStatus {
        byte[] tag = Tlv.parse(data).get(0x5C);
        if (tag == null || tag.length == 0 || tag.length > 3) {
            throw new CardStatus(CardStatus.WRONG_DATA);
        }
        int number = 0;
        for (byte part : tag) {
            number = number << 8 | part & 0xFF;
        }
        if (number == 0x5FC102) {
            return Tlv.of(0x53, holder());
        }
        for (Map.Entry<PivSlot, PivKey> key : keys.entrySet()) {
            if (key.getKey().certificateObject() == number) {
                return Tlv.of(0x53, certificate(key.getValue()));
            }
        }
        throw new CardStatus(CardStatus.NOT_FOUND);
    }

    /** CHUID, part 1 section 3.1.2: an agency code of 9999 makes readers take the GUID for the serial number. */
    private byte[] holder() {
        byte[] number = Arrays.copyOf(HexFormat.of().parseHex("D4E739DA739CED39CE739D836858210842108421C842"), 25);
        byte[] guid = ByteBuffer.allocate(16).putLong(0x5265_6D6F_7465_3131L).put(serial).array();
        byte[] expires = "20401231".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        return concat(Tlv.of(0x30, number), Tlv.of(0x34, guid), Tlv.of(0x35, expires), Tlv.of(0x3E), Tlv.of(0xFE));
    }

    private static byte[] certificate(PivKey key) {
        try {
            return concat(Tlv.of(0x70, key.certificate().getEncoded()), Tlv.of(0x71, new byte[1]), Tlv.of(0xFE));
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("the card's certificate cannot be encoded", e);
        }
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private byte[] authenticate(Apdu apdu, byte[] data) throws CardStatus {
        PivSlot slot = PivSlot.of(apdu.p2()).orElseThrow(() -> new CardStatus(CardStatus.WRONG_PARAMETERS));
        PivKey key = keys.get(slot);
        if (key == null || !key.fits(apdu.p1())) {
            throw new CardStatus(CardStatus.WRONG_PARAMETERS);
        }
        boolean allowed = switch (slot) {
            case CARD_AUTHENTICATION -> true;
            case SIGNATURE -> pin.isVerified() && freshPin;
            default -> pin.isVerified();
        };
        freshPin = false;
        if (!allowed) {
            throw new CardStatus(CardStatus.NOT_VERIFIED);
        }
        byte[] template = Tlv.parse(data).getOrDefault(0x7C, new byte[0]);
        return work(key, Tlv.parse(template));
    }

    private byte[] work(PivKey key, Map<Integer, byte[]> template) throws CardStatus {
        boolean made = false;
        Duration duration = plan.signature();
        meter.begin(duration);
        try {
            pause(duration);
            byte[] point = template.get(AGREEMENT);
            byte[] challenge = template.get(CHALLENGE);
            if (point == null && challenge == null) {
                throw new CardStatus(CardStatus.WRONG_DATA);
            }
            byte[] result = Tlv.of(0x7C, Tlv.of(0x82, point == null ? key.respond(challenge) : key.agree(point)));
            made = true;
            return result;
        } catch (GeneralSecurityException e) {
            throw new CardStatus(CardStatus.WRONG_DATA);
        } finally {
            meter.end(made);
        }
    }

    private static void pause(Duration duration) throws CardStatus {
        try {
            TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CardStatus(CardStatus.WRONG_DATA);
        }
    }
}
