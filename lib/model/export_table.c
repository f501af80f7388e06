/* Tables out: in the layout that the records carry, else in the profile's. */
#include "model/export.h"

#include "format/encoding.h"

enum { WAIT_MAX = 8 << 20 };

struct crm_export {
	struct crm_export_opts o;
	struct crm_mapper m;
	bool started;
	struct crm_buf wait;	/* lines, LF behind each, until a layout comes */
	struct crm_encoder *encoder;
	struct crm_buf plain;
	struct crm_map lost;
};

struct crm_export *
crm_export_table(const struct crm_export_opts *o)
{
	struct crm_export *e = crm_zalloc(sizeof(*e));
	e->o = *o;
	e->m.conv.profile = o->profile;
	e->m.conv.schema = o->schema;
	e->m.conv.opts.spreadsheet = o->spreadsheet;
	e->m.plain = !o->profile;
	e->m.system = o->profile ? o->profile->system : CRM_STR("csv");
	e->m.resolve = o->resolve;
	e->m.ctx = o->ctx;
	return e;
}

void
crm_export_free(struct crm_export *e)
{
	if (!e)
		return;
	crm_mapper_release(&e->m);
	crm_encoder_free(e->encoder);
	crm_buf_release(&e->wait);
	crm_buf_release(&e->plain);
	crm_map_release(&e->lost);
	free(e);
}

static const struct crm_object *
object_of(const struct crm_export *e, struct crm_str type)
{
	const struct crm_profile *p = e->o.profile;
	if (e->o.object || !p)
		return e->o.object;
	for (size_t i = 0; i < p->nobjects; i++)
		if (crm_str_eq(p->objects[i].type, type))
			return &p->objects[i];
	return NULL;
}

static struct crm_str
type_of(struct crm_str line)
{
	struct crm_str val;
	if (crm_json_get(line, CRM_STR("type"), &val) &&
	    crm_json_is_string(val))
		return crm_json_inner(val);
	return (struct crm_str){ NULL, 0 };
}

/* The header, with the mark and in the encoding of the source. */
static enum crm_status
begin(struct crm_export *e, struct crm_buf *out, struct crm_err *err)
{
	const struct crm_layout *l = &e->m.layout;
	e->started = true;
	if (e->o.spreadsheet) {
		e->m.layout.end = CRM_STR("\r\n");
		e->m.layout.bom = true;
	}
	crm_buf_clear(&e->plain);
	if (l->bom)
		crm_buf_z(&e->plain, "\xef\xbb\xbf");
	crm_mapper_header(&e->m, &e->plain);
	if (l->encoding.n && !crm_str_is(l->encoding, "UTF-8")) {
		char name[48];
		snprintf(name, sizeof(name), "%.*s", CRM_FMT(l->encoding));
		enum crm_status st = crm_encoder_new(name, &e->encoder, err);
		if (st)
			return st;
		return crm_encode(e->encoder, crm_buf_view(&e->plain), out,
		    err);
	}
	crm_buf_str(out, crm_buf_view(&e->plain));
	return CRM_OK;
}

/* Fields with no column, counted by name. */
static void
count_lost(struct crm_export *e)
{
	static const char *const fine[] = { "id", "type", "rev", "created",
		"updated", "ext", "raw", "labels", "name", "stages",
		"statuses", "stage_since" };
	const struct crm_layout *l = &e->m.layout;
	for (size_t i = 0; i < e->m.obj.n; i++) {
		struct crm_str key = e->m.obj.m[i].key;
		bool known = key.n && *key.p == '_';
		for (size_t k = 0; !known && k < CRM_LEN(fine); k++)
			known = crm_str_is(key, fine[k]);
		for (size_t k = 0; !known && k < l->nslots; k++)
			known = crm_str_eq(l->slots[k].top, key) &&
			    (l->slots[k].ncols || l->slots[k].constant.n ||
			    crm_str_is(key, "currency"));
		if (!known)
			crm_map_put(&e->lost, key, NULL)->v.u++;
	}
}

static enum crm_status
write_line(struct crm_export *e, struct crm_str line, struct crm_buf *out,
    struct crm_err *err)
{
	struct crm_str type = type_of(line);
	if (!crm_mapper_holds(&e->m, type))
		return crm_err_set(err, CRM_INVALID, "export.type",
		    _("a record of type %.*s does not fit into this file of "
		    "type %.*s"), CRM_FMT(type), CRM_FMT(e->m.type->name));
	crm_buf_clear(&e->plain);
	enum crm_status st = crm_mapper_write(&e->m, line, &e->plain, err);
	if (st)
		return st;
	count_lost(e);
	if (e->encoder)
		return crm_encode(e->encoder, crm_buf_view(&e->plain), out,
		    err);
	crm_buf_str(out, crm_buf_view(&e->plain));
	return CRM_OK;
}

/* No record carries a layout: the profile's own columns. */
static enum crm_status
standard(struct crm_export *e, struct crm_str line, struct crm_err *err)
{
	const struct crm_object *object = object_of(e, type_of(line));
	if (!object)
		return crm_err_set(err, CRM_USAGE, "export.object",
		    e->o.profile ? _("profile '%.*s' has no files of type "
		    "'%.*s'") : _("%.*sthe records carry no layout (type "
		    "'%.*s'): name the columns with -F csv -f"),
		    CRM_FMT(e->m.conv.profile ? e->o.profile->name :
		    e->m.layout.id), CRM_FMT(type_of(line)));
	e->m.type = crm_schema_type(e->o.schema, object->type);
	crm_mapper_standard(&e->m, object);
	return CRM_OK;
}

static enum crm_status
flush_wait(struct crm_export *e, struct crm_buf *out, struct crm_err *err)
{
	struct crm_str rest = crm_buf_view(&e->wait), line;
	enum crm_status bad = CRM_OK, st = CRM_OK;
	while (rest.n && crm_str_split(&rest, '\n', &line)) {
		st = line.n ? write_line(e, line, out, err) : CRM_OK;
		if (st && !crm_status_is_data(st))
			break;
		bad = st ? st : bad;
	}
	crm_buf_release(&e->wait);
	return st && !crm_status_is_data(st) ? st : bad;
}

enum crm_status
crm_export_record(struct crm_export *e, struct crm_str line,
    struct crm_buf *out, struct crm_err *err)
{
	struct crm_str id, layout = { NULL, 0 };
	if (e->started)
		return write_line(e, line, out, err);
	bool has = crm_mapper_find(line, e->m.system, &id, &layout);
	enum crm_status st = CRM_OK;
	if (has && layout.n)
		st = crm_mapper_layout(&e->m, e->o.profile ? e->o.profile :
		    e->o.usual ? e->o.usual->profile : NULL, layout, err);
	else if (e->wait.n < WAIT_MAX) {
		crm_buf_str(&e->wait, line);
		crm_buf_c(&e->wait, '\n');
		return CRM_OK;
	} else
		st = standard(e, line, err);
	if (!st)
		st = begin(e, out, err);
	enum crm_status bad = st ? CRM_OK : flush_wait(e, out, err);
	if (st || (bad && !crm_status_is_data(bad)))
		return st ? st : bad;
	st = write_line(e, line, out, err);
	return st ? st : bad;
}

enum crm_status
crm_export_end(struct crm_export *e, struct crm_buf *out, struct crm_err *err)
{
	struct crm_str rest = crm_buf_view(&e->wait), line;
	if (e->started || !crm_str_split(&rest, '\n', &line) || !line.n)
		return CRM_OK;
	enum crm_status st = standard(e, line, err);
	if (!st)
		st = begin(e, out, err);
	return st ? st : flush_wait(e, out, err);
}

void
crm_export_lost(const struct crm_export *e, struct crm_buf *out)
{
	for (size_t i = 0; i < e->lost.n; i++)
		crm_buf_printf(out, "%s%.*s (%" PRIu64 ")", i ? ", " : "",
		    CRM_FMT(e->lost.e[i].key), e->lost.e[i].v.u);
}
