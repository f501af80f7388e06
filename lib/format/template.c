#include "format/template.h"

#include "base/mem.h"
#include "format/csv.h"
#include "format/json.h"
#include "format/mail.h"

enum { MAX_NODES = 65536, MAX_DEPTH = 16, MAX_STEPS = 1000000 };

enum kind { TEXT, FIELD, RAW, SECTION, INVERTED, END };

struct node {
	enum kind kind;
	struct crm_str text;	/* literal, or path */
	size_t match;		/* of a section: its end */
	uint64_t line;
};

struct crm_template {
	enum crm_template_for target;
	char *source;
	struct node *node;
	size_t n, cap;
};

static enum crm_status
wrong(struct crm_err *err, uint64_t line, const char *what, struct crm_str tag)
{
	crm_err_set(err, CRM_INVALID, "template.syntax", "%s: '{{%.*s}}'",
	    what, CRM_FMT(crm_str_sub(tag, 0, 60)));
	if (err)
		err->line = line;
	return CRM_INVALID;
}

static void
add(struct crm_template *t, enum kind kind, struct crm_str text, uint64_t line)
{
	crm_grow(&t->node, &t->cap, t->n + 1, sizeof(*t->node));
	t->node[t->n++] = (struct node){ kind, text, 0, line };
}

/* One tag's inside; sections are matched with a stack of their openings. */
static enum crm_status
take_tag(struct crm_template *t, struct crm_str tag, bool triple,
    size_t open[MAX_DEPTH], size_t *depth, uint64_t line, struct crm_err *err)
{
	struct crm_str s = crm_str_trim(tag);
	char c = s.n ? *s.p : '\0';
	struct crm_str path = crm_str_trim(crm_str_sub(s, 1, s.n));
	if (c == '!')
		return CRM_OK;
	if (!s.n || ((c == '#' || c == '^' || c == '/' || c == '&') && !path.n))
		return wrong(err, line, _("an empty tag"), tag);
	if (c == '>' || c == '=')
		return wrong(err, line, _("no partials, no other delimiters"),
		    tag);
	if (c == '#' || c == '^') {
		if (*depth == MAX_DEPTH)
			return wrong(err, line, _("sections too deep"), tag);
		open[(*depth)++] = t->n;
		add(t, c == '#' ? SECTION : INVERTED, path, line);
		return CRM_OK;
	}
	if (c == '/') {
		if (!*depth || !crm_str_eq(t->node[open[*depth - 1]].text,
		    path))
			return wrong(err, line, _("closes nothing that is open"),
			    tag);
		t->node[open[--*depth]].match = t->n;
		add(t, END, path, line);
		return CRM_OK;
	}
	add(t, triple || c == '&' ? RAW : FIELD, c == '&' ? path : s, line);
	return CRM_OK;
}

enum crm_status
crm_template_parse(struct crm_str text, enum crm_template_for target,
    struct crm_template **out, struct crm_err *err)
{
	struct crm_template *t = crm_zalloc(sizeof(*t));
	size_t open[MAX_DEPTH], depth = 0;
	uint64_t line = 1;
	enum crm_status st = CRM_OK;
	t->target = target;
	t->source = crm_strdup(text);
	struct crm_str rest = { t->source, text.n };
	while (!st && rest.n) {
		const char *p = memmem(rest.p, rest.n, "{{", 2);
		size_t n = p ? (size_t)(p - rest.p) : rest.n;
		if (n)
			add(t, TEXT, crm_str_sub(rest, 0, n), line);
		for (size_t i = 0; i < n; i++)
			line += rest.p[i] == '\n';
		rest = crm_str_sub(rest, n, rest.n);
		if (!rest.n)
			break;
		bool triple = crm_str_starts(rest, CRM_STR("{{{"));
		size_t lead = triple ? 3 : 2;
		rest = crm_str_sub(rest, lead, rest.n);
		p = memmem(rest.p, rest.n, triple ? "}}}" : "}}", lead);
		n = p ? (size_t)(p - rest.p) : rest.n;
		struct crm_str tag = crm_str_sub(rest, 0, n);
		st = p ? take_tag(t, tag, triple, open, &depth, line, err) :
		    wrong(err, line, _("not closed"), tag);
		for (size_t i = 0; i < n; i++)
			line += rest.p[i] == '\n';
		rest = crm_str_sub(rest, n + lead, rest.n);
		if (!st && t->n > MAX_NODES)
			st = wrong(err, line, _("too many tags"), tag);
	}
	if (!st && depth)
		st = wrong(err, t->node[open[depth - 1]].line,
		    _("a section that is not closed"),
		    t->node[open[depth - 1]].text);
	if (st)
		crm_template_free(t);
	else
		*out = t;
	return st;
}

void
crm_template_free(struct crm_template *t)
{
	if (!t)
		return;
	free(t->source);
	free(t->node);
	free(t);
}

struct fill {
	const struct crm_template *t;
	const struct crm_template_env *env;
	struct crm_str scope[MAX_DEPTH + 1];	/* record, then elements */
	size_t depth;
	struct crm_buf *out, tmp;
	struct crm_err *err;
	size_t steps;
	bool header;	/* of a mail: before the first blank line */
};

static bool
element(struct crm_str list, struct crm_str index, struct crm_str *val)
{
	struct crm_json_iter it = crm_json_iter(list);
	struct crm_str key;
	char z[16];
	snprintf(z, sizeof(z), "%.*s", CRM_FMT(index));
	char *end;
	unsigned long n = strtoul(z, &end, 10);
	if (*end || !index.n)
		return false;
	while (crm_json_next(&it, &key, val))
		if (n-- == 0)
			return true;
	return false;
}

/* Members by name, elements of lists by number: emails.0. */
static bool
walk(struct crm_str val, struct crm_str path, struct crm_str *out)
{
	struct crm_str part;
	while (path.p && crm_str_split(&path, '.', &part)) {
		struct crm_str next;
		char kind = crm_json_kind(val);
		if (!(kind == '{' && crm_json_get(val, part, &next)) &&
		    !(kind == '[' && element(val, part, &next)))
			return false;
		val = next;
	}
	*out = val;
	return crm_json_kind(val) != 'n';
}

static bool
look_up(struct fill *f, struct crm_str path, struct crm_str *val)
{
	if (crm_str_is(path, ".")) {
		*val = f->scope[f->depth];
		return true;
	}
	for (size_t i = f->depth + 1; i-- > 0;)
		if (walk(f->scope[i], path, val))
			return true;
	return f->env && f->env->resolve && f->env->resolve(f->env->ctx,
	    f->scope[0], path, val);
}

static void
escape_html(struct crm_buf *b, struct crm_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c == '&')
			crm_buf_z(b, "&amp;");
		else if (c == '<')
			crm_buf_z(b, "&lt;");
		else if (c == '>')
			crm_buf_z(b, "&gt;");
		else if (c == '"')
			crm_buf_z(b, "&quot;");
		else if (c == '\'')
			crm_buf_z(b, "&#39;");
		else
			crm_buf_c(b, c);
	}
}

static void
escape_url(struct crm_buf *b, struct crm_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || (c && strchr("-._~", c));
		if (plain)
			crm_buf_c(b, (char)c);
		else
			crm_buf_printf(b, "%%%02X", c);
	}
}

/* A value in a header line of a mail: no control gets through, and where
 * addresses stand a name cannot become one. */
static void
put_header(struct fill *f, struct crm_str s)
{
	static const char *const lists[] = { "To:", "From:", "Cc:", "Bcc:",
		"Reply-To:", "Sender:" };
	struct crm_buf *b = f->out;
	size_t begin = b->n;
	while (begin && b->p[begin - 1] != '\n')
		begin--;
	struct crm_str line = { b->p + begin, b->n - begin };
	bool list = false, inside = b->n && b->p[b->n - 1] == '<';
	bool plain = crm_str_chr(s, ' ') == s.n;
	for (size_t i = 0; i < CRM_LEN(lists); i++)
		list = list || crm_str_starts(line, crm_str_z(lists[i]));
	for (size_t i = 0; i < s.n; i++)
		plain = plain && !strchr("()<>[]:;\\,\"", s.p[i]);
	bool quote = list && !inside && !(plain &&
	    crm_str_chr(s, '@') < s.n);
	if (quote)
		crm_buf_c(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		char c = (unsigned char)s.p[i] < 0x20 ? ' ' : s.p[i];
		if (inside && list && strchr("<>,;\" ", c))
			continue;
		if (quote && (c == '"' || c == '\\'))
			crm_buf_c(b, '\\');
		crm_buf_c(b, c);
	}
	if (quote)
		crm_buf_c(b, '"');
}

static void
put(struct fill *f, struct crm_str s, bool raw)
{
	switch (f->t->target) {
	case CRM_TEMPLATE_HTML:
		if (!raw) {
			escape_html(f->out, s);
			return;
		}
		break;
	case CRM_TEMPLATE_CSV:
		crm_csv_put(f->out, s, ',', CRM_CSV_MINIMAL);
		return;
	case CRM_TEMPLATE_URL:
		escape_url(f->out, s);
		return;
	case CRM_TEMPLATE_MAIL:
		if (f->header) {
			put_header(f, s);
			return;
		}
		break;
	case CRM_TEMPLATE_TEXT:
		break;
	}
	crm_buf_str(f->out, s);
}

static enum crm_status
missing(struct fill *f, const struct node *n)
{
	crm_err_field(f->err, CRM_INVALID, "template.missing", n->text,
	    _("the template's line %" PRIu64 " asks for it and the record has "
	    "none"), n->line);
	return CRM_INVALID;
}

static enum crm_status run(struct fill *f, size_t from, size_t to);

static enum crm_status
section(struct fill *f, size_t at)
{
	const struct node *n = &f->t->node[at];
	struct crm_str val, key, one;
	bool has = look_up(f, n->text, &val);
	bool no = !has || crm_str_is(val, "false") || crm_str_is(val, "[]") ||
	    crm_str_is(val, "\"\"");
	enum crm_status st = CRM_OK;
	if (n->kind == INVERTED)
		return no ? run(f, at + 1, n->match) : CRM_OK;
	if (no)
		return CRM_OK;
	f->depth++;
	f->scope[f->depth] = val;
	if (crm_json_kind(val) != '[') {
		st = run(f, at + 1, n->match);
		f->depth--;
		return st;
	}
	struct crm_json_iter it = crm_json_iter(val);
	while (!st && crm_json_next(&it, &key, &one)) {
		f->scope[f->depth] = one;
		st = run(f, at + 1, n->match);
	}
	f->depth--;
	return st;
}

static enum crm_status
run(struct fill *f, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		const struct node *n = &f->t->node[i];
		struct crm_str val;
		enum crm_status st = CRM_OK;
		if (++f->steps > MAX_STEPS)
			return crm_err_set(f->err, CRM_INVALID,
			    "template.limit", _("the text grows too long"));
		if (n->kind == TEXT) {
			crm_buf_str(f->out, n->text);
			if (f->header && (memmem(n->text.p, n->text.n, "\n\n",
			    2) || memmem(n->text.p, n->text.n, "\r\n\r\n", 4)))
				f->header = false;
		} else if (n->kind == FIELD || n->kind == RAW) {
			if (!look_up(f, n->text, &val))
				return missing(f, n);
			crm_buf_clear(&f->tmp);
			crm_json_text(&f->tmp, val);
			put(f, crm_buf_view(&f->tmp), n->kind == RAW);
		} else if (n->kind != END) {
			st = section(f, i);
			i = n->match;
		}
		if (st)
			return st;
	}
	return CRM_OK;
}

/* Header lines as a message has them, then the text. */
static void
as_mail(struct crm_str filled, struct crm_buf *out)
{
	struct crm_str rest = filled, line;
	while (rest.n) {
		size_t n = crm_str_chr(rest, '\n');
		line = crm_str_trim(crm_str_sub(rest, 0, n));
		rest = crm_str_sub(rest, n + 1, rest.n);
		if (!line.n)
			break;
		size_t colon = crm_str_chr(line, ':');
		char name[64];
		snprintf(name, sizeof(name), "%.*s",
		    CRM_FMT(crm_str_sub(line, 0, colon)));
		struct crm_str value = crm_str_trim(crm_str_sub(line,
		    colon + 1, line.n));
		struct crm_buf a = { 0 }, who = { 0 };
		bool address = !strcmp(name, "To") || !strcmp(name, "From") ||
		    !strcmp(name, "Reply-To");
		struct crm_str list = value;
		if (address && crm_mail_address(&list, &a, &who) && !list.n)
			crm_mail_to(out, name, crm_buf_view(&who),
			    crm_buf_view(&a));
		else
			crm_mail_header(out, name, value);
		crm_buf_release(&a);
		crm_buf_release(&who);
	}
	crm_mail_body(out, rest, (struct crm_str){ NULL, 0 }, "");
}

enum crm_status
crm_template_fill(const struct crm_template *t, struct crm_str record,
    const struct crm_template_env *env, struct crm_buf *out,
    struct crm_err *err)
{
	struct crm_buf text = { 0 };
	struct fill f = { .t = t, .env = env, .out = &text, .err = err,
		.header = t->target == CRM_TEMPLATE_MAIL };
	f.scope[0] = record;
	enum crm_status st = run(&f, 0, t->n);
	if (!st && t->target == CRM_TEMPLATE_MAIL)
		as_mail(crm_buf_view(&text), out);
	else if (!st)
		crm_buf_str(out, crm_buf_view(&text));
	crm_buf_release(&text);
	crm_buf_release(&f.tmp);
	return st;
}
