/* The words of a schema file: which ones are ours, and which only others act
 * on. JSON Schema lets a reader pass over what it does not know; a user who
 * wrote "pattern" should hear that nothing here looks at it. */
#include <jansson.h>

#include "model/schema.h"

static const char *const known[] = { "$schema", "$id", "$ref", "$comment",
	"title", "description", "default", "examples", "deprecated", "readOnly",
	"writeOnly", "type", "format", "enum", "items", "properties",
	"required", "allOf", "stages" };

static const char *const ours[] = { "x-crm-kind", "x-crm-ref", "x-crm-key",
	"x-crm-unique", "x-crm-index", "x-crm-text", "x-crm-personal",
	"x-crm-part", "x-crm-match", "x-crm-stage", "x-crm-append",
	"x-crm-tool", "x-crm-plural", "x-crm-number", "x-crm-common" };

struct walk {
	const struct crm_schema_text *text;
	struct crm_buf *unread;
	struct crm_err *err;
};

static bool
among(const char *const *list, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], word) == 0)
			return true;
	return false;
}

static enum crm_status
misspelt(struct walk *w, const char *field, const char *word)
{
	struct crm_near near;
	crm_near_init(&near, crm_str_z(word));
	for (size_t i = 0; i < CRM_LEN(ours); i++)
		crm_near_try(&near, crm_str_z(ours[i]));
	struct crm_str best = crm_near_best(&near);
	snprintf(w->err->source, sizeof(w->err->source), "%.*s",
	    CRM_FMT(w->text->name));
	return crm_err_field(w->err, CRM_INVALID, "schema.file",
	    crm_str_z(field), best.n ? _("unknown keyword '%s'; did you mean "
	    "'%.*s'?") : _("unknown keyword '%s'%.*s"), word, CRM_FMT(best));
}

/* The keywords of one schema object; those of its properties come after. */
static enum crm_status
object(struct walk *w, const char *field, json_t *o, int depth)
{
	static const char *const formats[] = { "email", "idn-email", "uri",
		"date", "date-time", "duration" };
	const char *key;
	json_t *val;
	enum crm_status st = CRM_OK;
	json_object_foreach(o, key, val) {
		const char *z = json_string_value(val);
		if (strncmp(key, "x-crm-", 6) == 0) {
			if (!among(ours, CRM_LEN(ours), key))
				return misspelt(w, field, key);
		} else if (!among(known, CRM_LEN(known), key)) {
			crm_buf_printf(w->unread, "%s\t%s\n", field, key);
		} else if (z && strcmp(key, "format") == 0 &&
		    !among(formats, CRM_LEN(formats), z)) {
			crm_buf_printf(w->unread, "%s\tformat %s\n", field, z);
		}
	}
	json_t *items = json_object_get(o, "items");
	if (json_is_object(items) && depth > 0)
		st = object(w, field, items, depth - 1);
	json_object_foreach(json_object_get(o, "properties"), key, val)
		if (!st && depth > 0)
			st = object(w, key, val, depth - 1);
	return st;
}

enum crm_status
crm_schema_words(const struct crm_schema_text *text, struct crm_buf *unread,
    struct crm_err *err)
{
	struct walk w = { text, unread, err };
	json_t *root = json_loadb(text->text.p, text->text.n, 0, NULL);
	enum crm_status st = root ? object(&w, "", root, 64) : CRM_OK;
	json_decref(root);
	return st;
}
