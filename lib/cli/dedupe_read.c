/* Records into the matcher. */
#include "cli/dedupe.h"
#include "cli/refusals.h"
#include "format/json.h"

/* 0 asks the matcher for its own; a user who says 0 means any. */
static double
at_least(double p)
{
	return p > 1e-6 ? p : 1e-6;
}

/* One line a type, as --model-out writes them; or one object, however it is
 * spread over lines. */
enum crm_status
crm_dedupe_model(struct crm_match *m, struct crm_str text,
    const struct crm_dedupe_plan *p, struct crm_err *err)
{
	struct crm_str rest = crm_str_trim(text), line, type;
	enum crm_status st = CRM_CONFLICT;
	bool lines = crm_str_chr(rest, '\n') < rest.n &&
	    rest.p[crm_str_chr(rest, '\n') - 1] == '}';
	crm_err_set(err, st, "match.model_fields",
	    _("the model was made for other fields"));
	while (st == CRM_CONFLICT && rest.n) {
		line = rest;
		if (!lines)
			rest.n = 0;
		else if (!crm_str_split(&rest, '\n', &line))
			break;
		if (p->type.n && crm_json_get(line, CRM_STR("type"), &type) &&
		    crm_json_is_string(type) && !crm_json_eq(crm_json_inner(type), p->type))
			continue;
		st = crm_match_model_load(m, line, err);
	}
	if (st)		/* the option's fault, not a record's */
		err->code = st = CRM_USAGE;
	return st;
}

enum crm_status
crm_dedupe_matcher(struct crm_dedupe *d, const struct crm_dedupe_plan *p,
    struct crm_match **out, struct crm_err *err)
{
	bool stream = d->o->grouped || d->o->emit_keys;
	struct crm_match_opts o = { .field = p->field, .nfields = p->n,
		.nicknames = crm_buf_view(&d->nicknames),
		.pinyin = crm_buf_view(&d->pinyin), .subject = p->subject,
		.threads = stream ? 1 : (unsigned)(d->cli->jobs > 64 ? 64 :
		    d->cli->jobs),
		.memory = d->o->memory, .tmpdir = getenv("TMPDIR"), .across = d->o->against,
		.shipped = d->o->mode == CRM_DEDUPE_COMPARE || stream,
		.prior = 0.07, .link = d->o->link != NULL };
	if (d->o->mode == CRM_DEDUPE_CLUSTERS)
		o.group = d->o->threshold >= 0 ? at_least(d->o->threshold) :
		    p->threshold;
	else if (d->o->mode == CRM_DEDUPE_PLAN && d->o->review >= 0)
		o.group = at_least(d->o->review);
	enum crm_status st = crm_match_new(&o, out, err);
	if (st == CRM_OK && d->model.n)
		st = crm_dedupe_model(*out, crm_buf_view(&d->model), p, err);
	if (st && d->model.n && d->o->model)
		snprintf(err->source, sizeof(err->source), "%s", d->o->model);
	return st;
}

/* The plain values of a raw JSON value: a scalar, or the scalars of a list. */
static size_t
values_of(struct crm_str val, struct crm_str *out, size_t max,
    struct crm_arena *mem)
{
	struct crm_buf b = { 0 };
	size_t n = 0;
	char kind = crm_json_kind(val);
	if (kind == '[') {
		struct crm_json_iter it = crm_json_iter(val);
		struct crm_str key, v;
		while (n < max && crm_json_next(&it, &key, &v))
			if (crm_json_kind(v) != '[')
				n += values_of(v, out + n, max - n, mem);
	} else if (kind == '"' || kind == '0') {
		struct crm_str s = crm_json_text_view(val, &b);
		if (b.n)
			s = crm_arena_str(mem, s);
		if (crm_str_trim(s).n)
			out[n++] = s;
	}
	crm_buf_release(&b);
	return n;
}

/* A line's members, found once for all that is asked of it. */
struct members {
	struct crm_str line, key[64], val[64];
	size_t n;
};

static void
find_members(struct members *ms, struct crm_str line)
{
	struct crm_json_iter it = crm_json_iter(line);
	ms->line = line;
	ms->n = 0;
	while (ms->n < CRM_LEN(ms->key) && crm_json_next(&it,
	    &ms->key[ms->n], &ms->val[ms->n]))
		ms->n++;
}

static bool
member_at(const struct members *ms, struct crm_str path, struct crm_str *val)
{
	size_t dot = crm_str_chr(path, '.');
	struct crm_str first = crm_str_sub(path, 0, dot);
	for (size_t i = 0; i < ms->n; i++)
		if (crm_json_eq(ms->key[i], first)) {
			*val = ms->val[i];
			return dot == path.n || crm_json_path(*val,
			    crm_str_sub(path, dot + 1, path.n), val);
		}
	return ms->n == CRM_LEN(ms->key) && crm_json_path(ms->line, path, val);
}

static struct crm_str
text_at(const struct members *ms, struct crm_str path, struct crm_arena *mem)
{
	struct crm_str val, out[1];
	if (path.n == 0 || !member_at(ms, path, &val) ||
	    values_of(val, out, 1, mem) == 0)
		return (struct crm_str){ 0 };
	return out[0];
}

/* What a record says of itself: is its name a person's? */
static enum crm_match_subject
subject_of(struct crm_str type)
{
	static const char *const person[] = { "person", "contact", "lead",
		"individual", "people", "human", "user" };
	static const char *const org[] = { "company", "account", "organization",
		"organisation", "business", "legalentity", "competitor", "firm",
		"vessel", "publicbody" };
	char low[24];
	size_t n = type.n < sizeof(low) ? type.n : 0;
	for (size_t i = 0; i < n; i++)
		low[i] = type.p[i] >= 'A' && type.p[i] <= 'Z' ?
		    (char)(type.p[i] + 32) : type.p[i];
	for (size_t i = 0; i < CRM_LEN(person); i++)
		if (crm_str_is((struct crm_str){ low, n }, person[i]))
			return CRM_MATCH_PERSONS;
	for (size_t i = 0; i < CRM_LEN(org); i++)
		if (crm_str_is((struct crm_str){ low, n }, org[i]))
			return CRM_MATCH_ORGANISATIONS;
	return CRM_MATCH_ANY;
}

/* What the matcher is told of a record. */
struct told {
	struct crm_match_vals vals[24];
	struct crm_str v[24][8];
	struct crm_arena mem;
	struct members ms;
};

/* Finds the values in a line and says whose name it is. */
static void
tell(struct crm_match *m, const struct crm_dedupe_plan *p, struct crm_str line,
    struct told *t)
{
	static const char *const says[] = { "type", "schema", "entity_type" };
	struct crm_str val;
	t->mem = (struct crm_arena){ 0 };
	find_members(&t->ms, line);
	for (size_t i = 0; i < p->n; i++) {
		t->vals[i] = (struct crm_match_vals){ t->v[i], 0 };
		if (member_at(&t->ms, p->field[i].name, &val))
			t->vals[i].n = values_of(val, t->v[i], 8, &t->mem);
	}
	enum crm_match_subject sub = CRM_MATCH_ANY;
	for (size_t i = 0; i < CRM_LEN(says) && !sub; i++)
		sub = subject_of(text_at(&t->ms, crm_str_z(says[i]), &t->mem));
	crm_match_hint(m, sub);
}

void
crm_dedupe_add(struct crm_dedupe *d, struct crm_match *m,
    const struct crm_dedupe_plan *p, struct crm_str line, struct crm_str name,
    struct crm_str source)
{
	struct told t;
	tell(m, p, line, &t);
	struct crm_str id = text_at(&t.ms, CRM_STR("id"), &t.mem);
	if (source.n == 0)
		source = text_at(&t.ms, d->o->link ? crm_str_z(d->o->link) :
		    p->source, &t.mem);
	crm_match_add(m, id.n ? id : name, source, text_at(&t.ms,
	    CRM_STR("created"), &t.mem), t.vals);
	crm_arena_release(&t.mem);
}

size_t
crm_dedupe_keys(struct crm_dedupe *d, struct crm_dedupe_set *s,
    struct crm_str line, uint64_t key[CRM_MATCH_STREAM_KEYS])
{
	struct told t;
	tell(s->m, crm_dedupe_plan_of(d, s), line, &t);
	size_t n = crm_match_stream_keys(s->m, t.vals, key);
	crm_arena_release(&t.mem);
	return n;
}

const struct crm_dedupe_plan *
crm_dedupe_plan_of(const struct crm_dedupe *d, const struct crm_dedupe_set *s)
{
	return d->o->rules ? &d->rules : &s->plan;
}

static struct crm_dedupe_set *
set_of(struct crm_dedupe *d, struct crm_str type, bool *fresh)
{
	for (size_t i = 0; i < d->nsets; i++)
		if (crm_str_eq(d->set[i].type, type))
			return &d->set[i];
	crm_grow(&d->set, &d->capsets, d->nsets + 1, sizeof(*d->set));
	struct crm_dedupe_set *s = &d->set[d->nsets++];
	*s = (struct crm_dedupe_set){ .type = crm_arena_str(&d->lines, type) };
	*fresh = true;
	return s;
}

/* The set a record belongs to: with rules all are one; else those of a type,
 * and those of no known type. */
bool
crm_dedupe_place(struct crm_dedupe *d, struct crm_str line,
    struct crm_dedupe_set **out)
{
	struct crm_str type = { 0 }, val;
	struct crm_err err = { 0 };
	bool fresh = false;
	const struct crm_schema *schema = crm_session_schema(d->cli);
	if (crm_json_get(line, crm_str_z("type"), &val) &&
	    crm_json_is_string(val))
		type = crm_json_inner(val);
	const struct crm_type *t = crm_schema_type(schema, type);
	if (d->cli->type && t == NULL && type.n == 0)
		t = crm_schema_type(schema, crm_str_z(d->cli->type));
	if (d->cli->type && t && !crm_str_is(t->name, d->cli->type) &&
	    !crm_str_is(t->plural, d->cli->type)) {
		*out = NULL;
		return true;
	}
	bool by_type = t && d->o->rules == NULL;
	struct crm_dedupe_set *s = set_of(d, by_type ? t->name : CRM_STR(""),
	    &fresh);
	*out = s;
	if (!fresh)
		return true;
	if (by_type) {
		if (!crm_dedupe_of_type(t, &s->plan))
			return true;
		s->plan.subject = subject_of(t->name);
	} else if (d->o->rules == NULL)
		crm_dedupe_guess(d->early, d->nearly, &s->plan);
	const struct crm_dedupe_plan *p = crm_dedupe_plan_of(d, s);
	if (p->n == 0 && by_type == false) {
		crm_cli_usage(d->cli, _("nothing to compare: name the type "
		    "with -t, or the fields with --rules"));
		return false;
	}
	if (p->n && crm_dedupe_matcher(d, p, &s->m, &err)) {
		crm_cli_fail(d->cli, &err);
		return false;
	}
	return true;
}

static bool
take(struct crm_dedupe *d, struct crm_str line, uint64_t no,
    struct crm_str source)
{
	struct crm_dedupe_set *s;
	char name[40];
	int n = snprintf(name, sizeof(name), "line:%" PRIu64, no);
	if (!crm_dedupe_place(d, line, &s))
		return false;
	if (s == NULL || s->m == NULL)
		return true;
	if (d->o->emit_keys)
		return crm_dedupe_emit(d, s, line);
	crm_dedupe_add(d, s->m, crm_dedupe_plan_of(d, s), line,
	    (struct crm_str){ name, (size_t)n }, source);
	if (d->o->mode == CRM_DEDUPE_PLAN) {
		crm_grow(&s->line, &s->cap, s->n + 1, sizeof(*s->line));
		s->line[s->n] = crm_arena_str(&d->lines, line);
	}
	s->n++;
	return true;
}

/* The first lines wait until there are enough of them to guess by. */
static bool
take_early(struct crm_dedupe *d, uint64_t *no)
{
	bool ok = true;
	for (size_t i = 0; i < d->nearly && ok; i++)
		ok = take(d, d->early[i], ++*no, CRM_STR(""));
	d->decided = true;
	return ok;
}

static bool
read_lines(struct crm_dedupe *d)
{
	struct crm_input in = { 0 };
	struct crm_json_obj o = { 0 };
	struct crm_json_limits lim = { .line = d->cli->max_line,
		.members = (size_t)d->cli->max_members,
		.depth = (unsigned)d->cli->max_depth };
	struct crm_err err = { 0 };
	struct crm_str line, id;
	uint64_t no = 0;
	bool ok = true;
	crm_input_init(&in, d->cli, d->cli->args, d->cli->nargs);
	while (ok && crm_input_next(&in, &line)) {
		line = crm_str_trim(line);
		enum crm_status st = crm_json_scan(line, &lim, &o, &err);
		/* A line number means nothing where lines are spread. */
		if (st == CRM_OK && d->o->emit_keys && !crm_json_get(line,
		    CRM_STR("id"), &id))
			st = crm_err_field(&err, CRM_INVALID, "match.id",
			    CRM_STR("id"), _("missing: keys need one"));
		if (st) {
			ok = crm_input_reject(&in, &err);
			no += d->decided;
			continue;
		}
		crm_cli_progress(d->cli, 1, 0);
		if (d->decided)
			ok = take(d, line, ++no, CRM_STR(""));
		else
			d->early[d->nearly++] = crm_arena_str(&d->lines, line);
		if (!d->decided && d->nearly == CRM_LEN(d->early))
			ok = take_early(d, &no);
	}
	if (ok && !d->decided)
		ok = take_early(d, &no);
	ok &= !in.failed;
	crm_input_release(&in);
	crm_json_obj_release(&o);
	return ok;
}

static void
put_refusal(void *ctx, struct crm_str name, struct crm_str value)
{
	struct crm_dedupe *d = ctx;
	(void)name;
	crm_buf_str(&d->labels, value);
	crm_buf_c(&d->labels, '\n');
}

bool
crm_dedupe_remembered(struct crm_dedupe *d, struct crm_store *s)
{
	struct crm_err err = { 0 };
	if (!crm_store_names(s, CRM_STR("refusal."), put_refusal, d, &err))
		return true;
	crm_cli_fail(d->cli, &err);
	return false;
}

/* As labels, of the ids as they lead now. */
static bool
add_refusals(struct crm_dedupe *d, struct crm_store *s)
{
	struct crm_err err = { 0 };
	struct crm_refusals r = { 0 };
	enum crm_status st = crm_refusals_load(&r, s, &err);
	if (d->labels.n && d->labels.p[d->labels.n - 1] != '\n')
		crm_buf_c(&d->labels, '\n');
	for (size_t i = 0; i < r.n && !st; i++) {
		crm_buf_z(&d->labels, "{\"distinct\":[");
		crm_json_quote(&d->labels, r.pair[i].a);
		crm_buf_c(&d->labels, ',');
		crm_json_quote(&d->labels, r.pair[i].b);
		crm_buf_z(&d->labels, "]}\n");
	}
	crm_refusals_release(&r);
	if (st)
		crm_cli_fail(d->cli, &err);
	return !st;
}

static bool
read_store(struct crm_dedupe *d, bool at_now)
{
	struct crm_feed f;
	struct crm_buf line = { 0 };
	const struct crm_rec *r;
	bool ok = crm_feed_open(&f, d->cli, true, at_now, NULL, 0) &&
	    add_refusals(d, f.store) && crm_feed_where(&f, d->o->where)
	    && crm_feed_start(&f, NULL, 0);
	d->decided = true;
	while (ok && crm_feed_next(&f, &r)) {
		crm_buf_clear(&line);
		crm_rec_print(r, &line);
		ok = take(d, crm_buf_view(&line), 0, d->o->against ?
		    CRM_STR("store") : CRM_STR(""));
	}
	crm_buf_release(&line);
	crm_feed_release(&f);
	return ok;
}

bool
crm_dedupe_read(struct crm_dedupe *d)
{
	if (d->cli->all)
		return read_store(d, false);
	if (d->o->against && !read_store(d, true))
		return false;
	if (d->o->against)
		d->decided = false;
	return read_lines(d);
}
