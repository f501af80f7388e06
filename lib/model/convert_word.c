/* Words of picklists: another system's by its table, ours by the schema. */
#include "model/convert.h"

#include "format/json.h"

/* Ours for a word of theirs; "" says that it means nothing; NULL: unknown. */
static const struct crm_str *
find_word(const struct crm_enum *e, struct crm_str word)
{
	struct crm_buf a = { 0 }, b = { 0 };
	const struct crm_str *found = NULL;
	crm_header_fold(&a, word);
	for (size_t i = 0; !found && i < e->n; i++) {
		crm_buf_clear(&b);
		crm_header_fold(&b, e->pair[i].theirs);
		if (crm_str_eq(crm_buf_view(&a), crm_buf_view(&b)))
			found = &e->pair[i].ours;
	}
	crm_buf_release(&a);
	crm_buf_release(&b);
	return found;
}

/* Without " (Sales Pipeline)" behind it, as HubSpot names a stage. */
static const struct crm_str *
find_enum(const struct crm_enum *e, struct crm_str word)
{
	const struct crm_str *found = find_word(e, word);
	size_t open = word.n;
	while (open && word.p[open - 1] != '(')
		open--;
	if (found || open < 2 || word.p[word.n - 1] != ')')
		return found;
	return find_word(e, crm_str_sub(word, 0, open - 1));
}

bool
crm_enum_has(const struct crm_enum *e, struct crm_str word)
{
	return find_enum(e, word) != NULL;
}

enum crm_status
crm_convert_enum(const struct crm_column *col, const struct crm_field *field,
    struct crm_str cell, struct crm_buf *out)
{
	const struct crm_str *ours = find_enum(col->values, cell);
	bool open = !ours && field && field->kind != CRM_K_ENUM &&
	    *cell.p != '-';
	if (!open && (!ours || !ours->n))
		return CRM_NOTFOUND;
	bool truth = !open && field && (field->kind == CRM_K_ANY ||
	    field->kind == CRM_K_BOOL) && crm_str_is(*ours, "true");
	if (truth)
		crm_buf_str(out, *ours);
	else
		crm_json_quote(out, open ? cell : *ours);
	return CRM_OK;
}

bool
crm_convert_word(const struct crm_convert *c, const struct crm_column *col,
    const struct crm_field *field, struct crm_str s, struct crm_buf *out)
{
	struct crm_buf b = { 0 };
	bool found = false;
	bool stage = crm_str_is(col->path, "stage") && c->schema;
	if (!field || (field->kind != CRM_K_ENUM && !stage))
		return false;
	crm_header_fold(&b, s);
	struct crm_str w = crm_buf_view(&b);
	for (size_t i = 0; i < field->nvalues && !found; i++)
		found = crm_str_eq(field->values[i], w);
	found = found || (stage && crm_schema_stage(c->schema, w));
	if (found)
		crm_json_quote(out, w);
	crm_buf_release(&b);
	return found;
}
