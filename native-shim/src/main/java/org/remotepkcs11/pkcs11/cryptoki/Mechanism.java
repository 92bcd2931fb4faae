package org.remotepkcs11.pkcs11.cryptoki;

/**
 * {@code CK_MECHANISM}.
 *
 * @param type      one of {@link CKM}, or any other number
 * @param parameter as its structure says; {@link MechanismParameter.None} where there is none
 */
public record Mechanism(long type, MechanismParameter parameter) {
    public static Mechanism of(long type) {
        return new Mechanism(type, MechanismParameter.NONE);
    }

    public static Mechanism of(long type, MechanismParameter parameter) {
        return new Mechanism(type, parameter);
    }

    /** With an initialisation vector, or no parameter where {@code iv} is empty. */
    public static Mechanism withIv(long type, byte[] iv) {
        return new Mechanism(type, new MechanismParameter.Bytes(iv));
    }

    /**
     * The parameter as the structure it must be.
     *
     * @throws CkException {@code CKR_MECHANISM_PARAM_INVALID}
     */
    public <P extends MechanismParameter> P parameter(Class<P> structure) {
        if (!structure.isInstance(parameter)) {
            throw new CkException(CKR.MECHANISM_PARAM_INVALID,
                    CKM.name(type) + " takes " + structure.getSimpleName());
        }
        return structure.cast(parameter);
    }

    /** @throws CkException {@code CKR_MECHANISM_PARAM_INVALID} */
    public void requireNoParameter() {
        boolean none = parameter instanceof MechanismParameter.None
                || parameter instanceof MechanismParameter.Bytes bytes && bytes.value().length == 0;
        if (!none) {
            throw new CkException(CKR.MECHANISM_PARAM_INVALID, CKM.name(type) + " takes no parameter");
        }
    }

    @Override
    public String toString() {
        return CKM.name(type);
    }
}
