#include "cli/findings.h"

#include <unistd.h>

#include "base/utf8.h"
#include "cli/msg.h"

/* A baseline matches by id, field and rule: lines move, records stay. */
static void
make_key(struct crm_buf *b, struct crm_str id, struct crm_str field,
    struct crm_str rule)
{
	crm_buf_clear(b);
	crm_buf_str(b, id);
	crm_buf_c(b, '\0');
	crm_buf_str(b, field);
	crm_buf_c(b, '\0');
	crm_buf_str(b, rule);
}

static bool
member(struct crm_str line, struct crm_str name, struct crm_buf *b,
    struct crm_str *out)
{
	struct crm_str val;
	*out = (struct crm_str){ 0 };
	if (!crm_json_get(line, name, &val) || !crm_json_is_string(val))
		return false;
	*out = crm_json_text_view(val, b);
	return true;
}

static enum crm_status
known_line(struct crm_findings *f, struct crm_str line, struct crm_err *err)
{
	struct crm_buf a = { 0 }, b = { 0 }, c = { 0 };
	struct crm_str id, field, rule;
	enum crm_status st = crm_json_check(line, NULL, err);
	if (!st && (crm_json_kind(line) != '{' ||
	    !member(line, CRM_STR("rule"), &a, &rule)))
		st = crm_err_set(err, CRM_INVALID, "check.baseline",
		    _("no finding: a line of crm-check -F jsonl expected"));
	if (!st) {
		member(line, CRM_STR("id"), &b, &id);
		member(line, CRM_STR("field"), &c, &field);
		make_key(&f->key, id, field, rule);
		crm_map_put(&f->known, crm_buf_view(&f->key), NULL);
	}
	crm_buf_release(&a);
	crm_buf_release(&b);
	crm_buf_release(&c);
	return st;
}

bool
crm_findings_baseline(struct crm_findings *f, const char *path)
{
	struct crm_buf text = { 0 };
	struct crm_err err = { 0 };
	enum crm_status st = CRM_OK;
	if (crm_buf_read_file(&text, path) != 0)
		st = crm_err_sys(&err, "check.read", "%s", path);
	struct crm_str rest = crm_buf_view(&text), line;
	while (!st && crm_str_split(&rest, '\n', &line)) {
		err.line++;
		line = crm_str_trim(line);
		if (line.n)
			st = known_line(f, line, &err);
	}
	crm_buf_release(&text);
	if (!st)
		return true;
	if (crm_status_is_data(st)) {
		snprintf(err.source, sizeof(err.source), "%s", path);
		err.code = CRM_USAGE;
	}
	crm_cli_fail(f->cli, &err);
	return false;
}

static void
put_json(struct crm_findings *f, const struct crm_finding *x)
{
	struct crm_buf *b = &f->buf;
	crm_buf_c(b, '{');
	if (x->at.source.n) {
		crm_json_add_str(b, "source", x->at.source);
		crm_json_add_u64(b, "line", x->at.line);
	}
	if (x->id.n)
		crm_json_add_str(b, "id", x->id);
	if (x->field.n)
		crm_json_add_str(b, "field", x->field);
	crm_json_add_str(b, "rule", x->rule);
	crm_json_add_str(b, "severity",
	    crm_str_z(crm_severity_name(x->severity)));
	crm_json_add_str(b, "message", x->message);
	if (x->fix.p)
		crm_json_add_str(b, "fix", x->fix);
	crm_buf_c(b, '}');
}

/* "source:line: rule: message"; a record of the store by its id. */
static void
put_text(struct crm_findings *f, const struct crm_finding *x)
{
	struct crm_buf *b = &f->buf;
	if (x->at.source.n) {
		crm_safe(b, x->at.source, f->cli->ascii);
		crm_buf_printf(b, ":%" PRIu64 ": ", x->at.line);
	} else if (x->id.n) {
		crm_safe(b, x->id, f->cli->ascii);
		crm_buf_z(b, ": ");
	}
	crm_safe(b, x->rule, f->cli->ascii);
	crm_buf_z(b, ": ");
	crm_safe(b, x->message, f->cli->ascii);
	crm_buf_c(b, '\n');
}

static void
tell(struct crm_findings *f, const struct crm_finding *x)
{
	bool more = true;
	if (f->told++ >= (uint64_t)f->cli->limit)
		return;
	crm_buf_clear(&f->buf);
	if (f->out && f->cli->format < CRM_OUT_OWN) {
		put_json(f, x);
		more = crm_out_record(f->out, crm_buf_view(&f->buf));
	} else {
		put_text(f, x);
		if (f->out)
			more = crm_out_text(f->out, crm_buf_view(&f->buf));
		else
			(void)crm_msg_write(STDERR_FILENO,
			    crm_buf_view(&f->buf));
	}
	f->stop = f->stop || !more;
}

void
crm_findings_add(void *self, const struct crm_finding *x)
{
	struct crm_findings *f = self;
	if (f->known.n) {
		make_key(&f->key, x->id, x->field, x->rule);
		if (crm_map_get(&f->known, crm_buf_view(&f->key)))
			return;
	}
	f->count[x->severity]++;
	crm_map_put(&f->rules, x->rule, NULL)->v.u++;
	if (x->severity >= f->fail_on && !(f->mended && x->fix.p))
		crm_cli_no(f->cli);
	if (!f->silent && !f->stop)
		tell(f, x);
}

static int
by_name(const void *a, const void *b)
{
	const struct crm_map_entry *const *x = a, *const *y = b;
	return crm_str_cmp((*x)->key, (*y)->key);
}

void
crm_findings_summary(struct crm_findings *f, uint64_t records)
{
	uint64_t all = f->count[CRM_SEV_ERROR] + f->count[CRM_SEV_WARNING] +
	    f->count[CRM_SEV_INFO];
	if (all == 0 && !f->cli->verbose)
		return;
	if (f->out)
		(void)crm_out_flush(f->out);
	crm_cli_note(f->cli, _("records: %" PRIu64 ", findings: %" PRIu64 " (%"
	    PRIu64 " error, %" PRIu64 " warning, %" PRIu64 " info)"),
	    records, all, f->count[CRM_SEV_ERROR], f->count[CRM_SEV_WARNING],
	    f->count[CRM_SEV_INFO]);
	if (!f->cli->verbose)
		return;
	struct crm_map_entry **e = crm_calloc(f->rules.n + 1, sizeof(*e));
	for (size_t i = 0; i < f->rules.n; i++)
		e[i] = &f->rules.e[i];
	qsort(e, f->rules.n, sizeof(*e), by_name);
	for (size_t i = 0; i < f->rules.n; i++)
		crm_cli_note(f->cli, "%.*s: %" PRIu64, CRM_FMT(e[i]->key),
		    e[i]->v.u);
	free(e);
}

void
crm_findings_release(struct crm_findings *f)
{
	crm_map_release(&f->known);
	crm_map_release(&f->rules);
	crm_buf_release(&f->buf);
	crm_buf_release(&f->key);
}
