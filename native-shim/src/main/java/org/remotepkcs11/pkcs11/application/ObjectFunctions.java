package org.remotepkcs11.pkcs11.application;

import java.util.ArrayList;
import java.util.List;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKO;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Template;
import org.remotepkcs11.pkcs11.object.CryptokiObject;
import org.remotepkcs11.pkcs11.object.NewObjects;
import org.remotepkcs11.pkcs11.object.SessionObject;
import org.remotepkcs11.pkcs11.table.Attribute;
import org.remotepkcs11.pkcs11.table.AttributeQuery;
import org.remotepkcs11.pkcs11.table.AttributeValue;

/** Object management, PKCS #11 v3.2 section 5.7. */
public final class ObjectFunctions {
    private final Application application;

    ObjectFunctions(Application application) {
        this.application = application;
    }

    /**
     * What {@code C_GetAttributeValue} returns: every attribute is answered, also when some are refused.
     *
     * @param returnValue {@code CKR_OK}, {@code CKR_ATTRIBUTE_SENSITIVE}, {@code CKR_ATTRIBUTE_TYPE_INVALID} or
     *                    {@code CKR_BUFFER_TOO_SMALL}
     */
    public record Attributes(long returnValue, List<AttributeValue> values) {
        public Attributes {
            values = List.copyOf(values);
        }
    }

    /** {@code C_CreateObject}: of session objects. @return its handle */
    public long create(long session, Template template) {
        Session here = application.session(session);
        Template whole = checked(here, template);
        return here.token().objects().add(NewObjects.create(whole), here);
    }

    /**
     * What every function that makes an object asks of its template.
     *
     * @return the template with {@code CKA_PRIVATE}, for keys true where the user is logged in
     */
    static Template checked(Session session, Template template) {
        boolean loggedIn = session.token().login().isLoggedIn();
        long objectClass = template.ulong(CKA.CLASS).orElse(CKO.SECRET_KEY);
        boolean hidden = objectClass == CKO.SECRET_KEY || objectClass == CKO.PRIVATE_KEY;
        if (template.bool(CKA.TOKEN, false)) {
            session.requireReadWrite();
            throw new CkException(CKR.TOKEN_WRITE_PROTECTED, "objects of a card are made by its owner");
        }
        boolean isPrivate = template.bool(CKA.PRIVATE, hidden && loggedIn);
        if (isPrivate && !loggedIn) {
            throw new CkException(CKR.USER_NOT_LOGGED_IN, "only users have private objects");
        }
        return template.with(Attribute.ofBool(CKA.PRIVATE, isPrivate));
    }

    /** {@code C_CopyObject}: of session objects. @return the copy's handle */
    public long copy(long session, long object, Template template) {
        Session here = application.session(session);
        CryptokiObject original = object(here, object);
        if (original instanceof SessionObject mine) {
            checkedCopy(here, mine, template);
            return here.token().objects().add(mine.copy(template), here);
        }
        throw new CkException(CKR.ACTION_PROHIBITED, "CKA_COPYABLE is false");
    }

    private static void checkedCopy(Session session, SessionObject original, Template template) {
        if (template.bool(CKA.TOKEN, false)) {
            session.requireReadWrite();
            throw new CkException(CKR.TOKEN_WRITE_PROTECTED, "objects of a card are made by its owner");
        }
        if (template.bool(CKA.PRIVATE, original.isPrivate()) && !session.token().login().isLoggedIn()) {
            throw new CkException(CKR.USER_NOT_LOGGED_IN);
        }
    }

    /** {@code C_DestroyObject}. */
    public void destroy(long session, long object) {
        Session here = application.session(session);
        CryptokiObject doomed = object(here, object);
        requireChangeable(here, doomed, CKA.DESTROYABLE);
        here.token().objects().destroy(object);
    }

    /** {@code C_GetObjectSize}. @return bytes */
    public long size(long session, long object) {
        return object(application.session(session), object).size();
    }

    /** {@code C_GetAttributeValue}. */
    public Attributes attributes(long session, long object, List<AttributeQuery> queries) {
        CryptokiObject asked = object(application.session(session), object);
        List<AttributeValue> values = new ArrayList<>(queries.size());
        long returnValue = CKR.OK;
        for (AttributeQuery query : queries) {
            long answered = answer(asked, query, values);
            returnValue = returnValue == CKR.OK ? answered : returnValue;
        }
        return new Attributes(returnValue, values);
    }

    private static long answer(CryptokiObject asked, AttributeQuery query, List<AttributeValue> values) {
        try {
            byte[] value = asked.reveal(query.type());
            values.add(query.answer(value));
            if (query.room().lengthOnly() || query.room().fits(value.length)) {
                return CKR.OK;
            }
            values.set(values.size() - 1, AttributeValue.UNAVAILABLE);
            return CKR.BUFFER_TOO_SMALL;
        } catch (CkException e) {
            values.add(AttributeValue.UNAVAILABLE);
            return e.returnValue();
        }
    }

    /** {@code C_SetAttributeValue}. */
    public void change(long session, long object, Template changes) {
        Session here = application.session(session);
        CryptokiObject changing = object(here, object);
        requireChangeable(here, changing, CKA.MODIFIABLE);
        ((SessionObject) changing).change(changes);
    }

    private static void requireChangeable(Session session, CryptokiObject object, long attribute) {
        if (object.isToken()) {
            session.requireReadWrite();
        }
        if (!object.flag(attribute)) {
            throw new CkException(CKR.ACTION_PROHIBITED, CKA.name(attribute) + " is false");
        }
    }

    /** {@code C_FindObjectsInit}. */
    public void findInit(long session, Template template) {
        application.inventory().slots();
        Session here = application.session(session);
        here.search().requireNone();
        AttachedToken token = here.token();
        here.search().begin(new Search(token.objects().find(template, token.login().isLoggedIn())));
    }

    /** {@code C_FindObjects}. */
    public long[] find(long session, long most) {
        return application.session(session).search().step(search -> search.next(most));
    }

    /** {@code C_FindObjectsFinal}. */
    public void findFinal(long session) {
        application.session(session).search().last(search -> null);
    }

    private static CryptokiObject object(Session session, long handle) {
        AttachedToken token = session.token();
        return token.objects().get(handle, token.login().isLoggedIn())
                .orElseThrow(() -> new CkException(CKR.OBJECT_HANDLE_INVALID));
    }
}
