package org.remotepkcs11.pkcs11.call;

import static org.remotepkcs11.pkcs11.call.Calls.session;
import static org.remotepkcs11.pkcs11.call.Calls.template;

import org.remotepkcs11.pkcs11.application.ObjectFunctions;
import org.remotepkcs11.pkcs11.table.Answer;
import org.remotepkcs11.pkcs11.table.Arguments;

/** Objects. */
final class ObjectCalls {
    private ObjectCalls() {
    }

    static void bind(Calls calls, ObjectFunctions objects) {
        calls.on("C_CreateObject",
                in -> Answer.ok().ulong("object", objects.create(session(in), template(in, "template"))));
        calls.on("C_CopyObject", in -> Answer.ok().ulong("newObject",
                objects.copy(session(in), object(in), template(in, "template"))));
        calls.perform("C_DestroyObject", in -> objects.destroy(session(in), object(in)));
        calls.on("C_GetObjectSize", in -> Answer.ok().ulong("size", objects.size(session(in), object(in))));
        calls.on("C_GetAttributeValue", in -> {
            ObjectFunctions.Attributes found = objects.attributes(session(in), object(in), in.query("template"));
            return Answer.of(found.returnValue()).attributes("template", found.values());
        });
        calls.perform("C_SetAttributeValue",
                in -> objects.change(session(in), object(in), template(in, "template")));
        calls.perform("C_FindObjectsInit", in -> objects.findInit(session(in), template(in, "template")));
        calls.on("C_FindObjects", in -> Answer.ok().ulongs("objects",
                objects.find(session(in), in.room("objects").capacity())));
        calls.perform("C_FindObjectsFinal", in -> objects.findFinal(session(in)));
    }

    private static long object(Arguments in) {
        return in.ulong("object");
    }
}
