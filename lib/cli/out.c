#include "cli/out_impl.h"

#include <errno.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/msg.h"

enum { FLUSH_AT = 256 << 10 };

bool
crm_out_value(struct crm_out *o, const struct crm_out_row *r,
    struct crm_str path, struct crm_str *val)
{
	if (r->rec && crm_str_is(path, "rev") && r->rec->rev) {
		crm_buf_clear(&o->val);
		crm_buf_u64(&o->val, r->rec->rev);
		*val = crm_buf_view(&o->val);
		return true;
	}
	if (r->rec ? crm_rec_get(r->rec, path, val) :
	    crm_json_path(r->json, path, val))
		return true;
	/* A key may itself hold a dot: the lines that -f makes do. */
	if (memchr(path.p, '.', path.n) && crm_json_get(r->json, path, val))
		return true;
	return o->help.resolve && o->help.resolve(o->help.self, r->rec,
	    r->json, path, val);
}

/* True for a list that ';' can join and a reader can take apart again. */
static bool
joinable(struct crm_str list)
{
	struct crm_json_iter it = crm_json_iter(list);
	struct crm_str key, item;
	while (crm_json_next(&it, &key, &item)) {
		char kind = crm_json_kind(item);
		if (kind == '[' || kind == '{' ||
		    memchr(item.p, ';', item.n))
			return false;
	}
	return true;
}

void
crm_out_leaves(struct crm_buf *path, struct crm_str object,
    void (*fn)(void *ctx, struct crm_str path, struct crm_str val), void *ctx)
{
	struct crm_json_iter it = crm_json_iter(object);
	struct crm_str key, val;
	size_t base = path->n;
	while (crm_json_next(&it, &key, &val)) {
		path->n = base;
		if (base)
			crm_buf_c(path, '.');
		crm_json_unescape(path, key);
		if (crm_json_kind(val) == '{' && crm_json_count(val))
			crm_out_leaves(path, val, fn, ctx);
		else
			fn(ctx, crm_buf_view(path), val);
	}
	path->n = base;
}

void
crm_out_plain(struct crm_buf *b, struct crm_str val)
{
	if (crm_json_kind(val) != '[') {
		crm_json_text(b, val);
		return;
	}
	if (!joinable(val)) {
		crm_buf_str(b, val);
		return;
	}
	struct crm_json_iter it = crm_json_iter(val);
	struct crm_str key, item;
	for (bool first = true; crm_json_next(&it, &key, &item); first = false) {
		if (!first)
			crm_buf_c(b, ';');
		crm_json_text(b, item);
	}
}

/* The record, or with -f the fields of it, as one JSON object. */
static void
add_object(struct crm_out *o, const struct crm_out_row *r)
{
	if (!o->nfields) {
		crm_buf_str(&o->buf, r->json);
		return;
	}
	crm_buf_c(&o->buf, '{');
	bool first = true;
	for (size_t i = 0; i < o->nfields; i++) {
		struct crm_str val;
		if (!crm_out_value(o, r, o->fields[i], &val))
			continue;
		if (!first)
			crm_buf_c(&o->buf, ',');
		first = false;
		crm_json_quote(&o->buf, o->fields[i]);
		crm_buf_c(&o->buf, ':');
		crm_buf_str(&o->buf, val);
	}
	crm_buf_c(&o->buf, '}');
}

static void
jsonl_record(struct crm_out *o, const struct crm_out_row *r)
{
	add_object(o, r);
	crm_buf_c(&o->buf, o->cli->nul ? '\0' : '\n');
}

static void
json_record(struct crm_out *o, const struct crm_out_row *r)
{
	crm_buf_z(&o->buf, o->cli->count.written ? ",\n" : "[\n");
	add_object(o, r);
}

static void
json_end(struct crm_out *o)
{
	crm_buf_z(&o->buf, o->cli->count.written ? "\n]\n" : "[]\n");
}

static void
values_record(struct crm_out *o, const struct crm_out_row *r)
{
	static const struct crm_str id = { "id", 2 };
	bool ids = o->format == CRM_OUT_IDS;
	size_t n = ids ? 1 : o->nfields;
	for (size_t i = 0; i < n; i++) {
		struct crm_str val;
		if (i)
			crm_buf_c(&o->buf, '\t');
		if (crm_out_value(o, r, ids ? id : o->fields[i], &val))
			crm_out_plain(&o->buf, val);
	}
	crm_buf_c(&o->buf, o->cli->nul ? '\0' : '\n');
}

static void
own_record(struct crm_out *o, const struct crm_out_row *r)
{
	crm_buf_str(&o->buf, r->json);
}

void
crm_out_own(struct crm_out *o)
{
	static const struct crm_out_form own = { .record = own_record };
	o->form = &own;
}

void
crm_out_finish(struct crm_out *o)
{
	if (o->form->end && !o->broken && !o->finished)
		o->form->end(o);
	o->finished = true;
}

static const struct crm_out_form *
form_of(enum crm_format f)
{
	static const struct crm_out_form jsonl = { .record = jsonl_record };
	static const struct crm_out_form json = { .record = json_record,
		.end = json_end };
	static const struct crm_out_form values = { .record = values_record };
	switch (f) {
	case CRM_OUT_JSON:
		return &json;
	case CRM_OUT_IDS:
	case CRM_OUT_VALUES:
		return &values;
	case CRM_OUT_CSV:
	case CRM_OUT_TSV:
		return &crm_out_csv;
	case CRM_OUT_TABLE:
	case CRM_OUT_MARKDOWN:
	case CRM_OUT_HTML:
		return &crm_out_table;
	case CRM_OUT_CARD:
		return &crm_out_card;
	case CRM_OUT_AUTO:
	case CRM_OUT_JSONL:
	case CRM_OUT_OWN:
		break;
	}
	return &jsonl;
}

static bool
read_fields(struct crm_out *o)
{
	if (!o->cli->fields)
		return true;
	struct crm_str rest = crm_str_z(o->cli->fields), part;
	size_t cap = 0;
	while (crm_str_split(&rest, ',', &part)) {
		part = crm_str_trim(part);
		if (part.n == 0) {
			crm_cli_usage(o->cli, _("--fields: an empty name"));
			return false;
		}
		crm_grow(&o->fields, &cap, o->nfields + 1, sizeof(part));
		o->fields[o->nfields++] = part;
	}
	return true;
}

static bool
check(struct crm_out *o)
{
	struct crm_cli *cli = o->cli;
	if (!read_fields(o))
		return false;
	if (o->format == CRM_OUT_VALUES && !o->nfields) {
		crm_cli_usage(cli, _("-F values wants -f FIELDS"));
		return false;
	}
	if (cli->nul && o->format != CRM_OUT_IDS &&
	    o->format != CRM_OUT_VALUES && o->format != CRM_OUT_JSONL) {
		crm_cli_usage(cli, _("-0 goes with -F ids, values or jsonl"));
		return false;
	}
	return true;
}

static void
out_free(struct crm_out *o)
{
	if (o->form && o->form->release)
		o->form->release(o);
	free(o->fields);
	crm_buf_release(&o->buf);
	crm_buf_release(&o->line);
	crm_buf_release(&o->tmp);
	crm_buf_release(&o->val);
	o->cli->out = NULL;
	free(o);
}

struct crm_out *
crm_out_init(struct crm_cli *cli, const struct crm_out_help *help)
{
	struct crm_out *o = crm_zalloc(sizeof(*o));
	o->cli = cli;
	o->fd = STDOUT_FILENO;
	o->file.fd = -1;
	o->rev = -1;
	if (help)
		o->help = *help;
	o->format = cli->format < CRM_OUT_OWN ? (enum crm_format)cli->format :
	    CRM_OUT_OWN;
	if (o->format == CRM_OUT_AUTO)
		o->format = cli->tty_out ? CRM_OUT_TABLE : CRM_OUT_JSONL;
	o->form = form_of(o->format);
	struct crm_err err = { 0 };
	if (!check(o)) {
		out_free(o);
		return NULL;
	}
	if (cli->output && strcmp(cli->output, "-") != 0) {
		if (crm_file_open(&o->file, cli->output, &err) != CRM_OK) {
			err.code = CRM_SYSTEM;
			crm_cli_fail(cli, &err);
			out_free(o);
			return NULL;
		}
		o->fd = o->file.fd;
	}
	cli->out = o;
	return o;
}

void
crm_out_spreadsheet(struct crm_out *o)
{
	if (o->format != CRM_OUT_CSV && o->format != CRM_OUT_TSV)
		return;
	o->spreadsheet = true;
	crm_buf_z(&o->buf, "\xef\xbb\xbf");
}

enum crm_format
crm_out_format(const struct crm_out *o)
{
	return o->format;
}

void
crm_out_rev(struct crm_out *o, uint64_t rev)
{
	o->rev = (int64_t)rev;
}

bool
crm_out_more(const struct crm_out *o)
{
	return !o->broken && o->cli->count.written < (uint64_t)o->cli->limit;
}

bool
crm_out_flush(struct crm_out *o)
{
	if (!o->buf.n || o->broken) {
		crm_buf_clear(&o->buf);
		return !o->broken;
	}
	bool good = crm_msg_write(o->fd, crm_buf_view(&o->buf));
	crm_buf_clear(&o->buf);
	if (good)
		return true;
	o->broken = true;
	/* Nobody reads a sink's echo any more: what is stored is stored. */
	if ((errno == EPIPE || errno == EBADF) && o->cli->sink)
		return false;
	o->failed = true;
	struct crm_err err = { 0 };
	crm_err_sys(&err, "output.write", _("write error"));
	err.code = CRM_SYSTEM;
	crm_cli_fail(o->cli, &err);
	return false;
}

static bool
put(struct crm_out *o, const struct crm_out_row *r)
{
	if (!crm_out_more(o))
		return false;
	o->form->record(o, r);
	o->cli->count.written++;
	return o->buf.n < FLUSH_AT || crm_out_flush(o);
}

bool
crm_out_record(struct crm_out *o, struct crm_str json)
{
	const struct crm_out_row r = { json, NULL };
	return put(o, &r);
}

bool
crm_out_rec(struct crm_out *o, const struct crm_rec *rec)
{
	crm_buf_clear(&o->line);
	if (!o->nfields)
		crm_rec_print(rec, &o->line);
	const struct crm_out_row r = { o->nfields ? rec->line :
	    crm_buf_view(&o->line), rec };
	return put(o, &r);
}

bool
crm_out_text(struct crm_out *o, struct crm_str text)
{
	if (o->broken)
		return false;
	crm_buf_str(&o->buf, text);
	return o->buf.n < FLUSH_AT || crm_out_flush(o);
}

bool
crm_out_end(struct crm_out *o, bool keep)
{
	struct crm_cli *cli = o->cli;
	crm_out_finish(o);
	if (cli->end && o->format == CRM_OUT_JSONL) {
		crm_buf_printf(&o->buf, "{\"_end\":%" PRIu64,
		    cli->count.written);
		if (o->rev >= 0)
			crm_buf_printf(&o->buf, ",\"_rev\":%" PRId64, o->rev);
		crm_buf_z(&o->buf, "}\n");
	}
	crm_out_flush(o);
	bool good = !o->failed;
	struct crm_err err = { 0 };
	if (o->fd != STDOUT_FILENO) {
		if (!keep || !good)
			crm_file_abort(&o->file);
		else if (crm_file_commit(&o->file, &err) != CRM_OK) {
			err.code = CRM_SYSTEM;
			crm_cli_fail(cli, &err);
			good = false;
		}
	} else if (close(STDOUT_FILENO) != 0 && errno != EBADF && good) {
		crm_err_sys(&err, "output.write", _("write error"));
		err.code = CRM_SYSTEM;
		crm_cli_fail(cli, &err);
		good = false;
	}
	out_free(o);
	return good;
}
