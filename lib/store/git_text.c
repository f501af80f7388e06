#include "store/git_text.h"

#include "base/hash.h"
#include "base/time.h"
#include "format/json.h"
#include "store/rec_codec.h"

void
crm_git_no_print(struct crm_buf *out, uint64_t no)
{
	crm_buf_printf(out, "%u-%" PRIu64, CRM_NO_TYPE(no), CRM_NO_SEQ(no));
}

static bool
digits(struct crm_str s, uint64_t max, uint64_t *out)
{
	*out = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9' || *out > max / 10)
			return false;
		*out = *out * 10 + (uint64_t)(s.p[i] - '0');
	}
	return s.n > 0 && *out <= max;
}

bool
crm_git_no_read(struct crm_str text, uint64_t *no)
{
	size_t dash = crm_str_chr(text, '-');
	uint64_t type, seq;
	if (!digits(crm_str_sub(text, 0, dash), 0xffff, &type) ||
	    !digits(crm_str_sub(text, dash + 1, SIZE_MAX),
	    UINT64_C(0x7ffffffffff), &seq))
		return false;
	*no = type << 48 | seq << 5;
	return true;
}

void
crm_git_path_of(struct crm_str id, uint64_t no, bool sealed,
    struct crm_git_path *out)
{
	char hex[65], number[40];
	struct crm_buf b = { 0 };
	if (sealed) {
		crm_git_no_print(&b, no);
		snprintf(number, sizeof(number), "%.*s",
		    CRM_FMT(crm_buf_view(&b)));
		crm_buf_release(&b);
		id = crm_str_z(number);
	}
	crm_sha256_hex(id.p, id.n, hex);
	for (int i = 0; i < 4; i++)
		out->digits[i] = (uint8_t)(hex[i] <= '9' ? hex[i] - '0' :
		    hex[i] - 'a' + 10);
	snprintf(out->name, sizeof(out->name), "%.*s.%s", CRM_FMT(id),
	    sealed ? "sealed" : "json");
}

void
crm_git_path_print(const struct crm_git_path *p, struct crm_buf *out)
{
	for (int i = 0; i < 4; i++)
		crm_buf_printf(out, "%x/", p->digits[i]);
	crm_buf_z(out, p->name);
}

/* -- a record's file ----------------------------------------------------------- */

void
crm_git_text_print(const struct crm_rec *r, struct crm_str into,
    struct crm_buf *tmp, struct crm_buf *out)
{
	struct crm_str key, val;
	crm_buf_clear(tmp);
	crm_rec_print(r, tmp);
	struct crm_json_iter it = crm_json_iter(crm_buf_view(tmp));
	crm_buf_z(out, "{\n");
	while (crm_json_next(&it, &key, &val)) {
		crm_buf_z(out, "  \"");
		crm_buf_str(out, key);
		crm_buf_z(out, "\": ");
		crm_buf_str(out, val);
		crm_buf_z(out, ",\n");
	}
	if (into.n || r->state == CRM_MERGED)
		crm_buf_printf(out, "  \"_into\": \"%.*s\",\n", CRM_FMT(into));
	crm_buf_z(out, "  \"_no\": \"");
	crm_git_no_print(out, r->no);
	crm_buf_z(out, "\"\n}\n");
}

/* rev NULL: stays in the line. */
static bool
read_text(struct crm_str text, struct crm_buf *line, uint64_t *no,
    uint64_t *rev)
{
	static const struct crm_json_limits lim = { .line = SIZE_MAX,
		.members = SIZE_MAX, .depth = 4096 };
	struct crm_str key, val;
	bool numbered = false;
	if (crm_json_check(text, &lim, NULL))
		return false;
	struct crm_json_iter it = crm_json_iter(crm_str_trim(text));
	crm_buf_c(line, '{');
	while (crm_json_next(&it, &key, &val)) {
		if (crm_str_is(key, "_no")) {
			numbered = crm_json_is_string(val) &&
			    crm_git_no_read(crm_json_inner(val), no);
			continue;
		}
		if (rev && crm_str_is(key, "rev") &&
		    !digits(val, UINT64_MAX, rev))
			return false;
		if (rev && (crm_str_is(key, "rev") ||
		    crm_str_is(key, "_into")))
			continue;
		crm_json_comma(line);
		crm_buf_c(line, '"');
		crm_buf_str(line, key);
		crm_buf_z(line, "\":");
		crm_buf_str(line, val);
	}
	crm_buf_c(line, '}');
	return it.object && numbered;
}

bool
crm_git_text_read(struct crm_str text, struct crm_buf *line, uint64_t *no)
{
	return read_text(text, line, no, NULL);
}

bool
crm_git_text_bare(struct crm_str text, struct crm_buf *line, uint64_t *no,
    uint64_t *rev)
{
	*rev = 0;
	return read_text(text, line, no, rev);
}

bool
crm_git_text_no(struct crm_str text, uint64_t *no)
{
	static const char mark[] = "\n  \"_no\": \"";
	struct crm_str tail = text.n > 64 ? crm_str_sub(text, text.n - 64,
	    64) : text;
	const char *p = memmem(tail.p, tail.n, mark, sizeof(mark) - 1);
	if (!p || !crm_str_ends(text, CRM_STR("\"\n}\n")))
		return false;
	p += sizeof(mark) - 1;
	return crm_git_no_read((struct crm_str){ p, (size_t)(text.p + text.n -
	    4 - p) }, no);
}

/* -- commits ------------------------------------------------------------------- */

/* One line, nothing that git's own syntax uses. */
static void
put_clean(struct crm_buf *out, struct crm_str s, const char *without)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		crm_buf_c(out, c < 0x20 || c == 0x7f || strchr(without, c) ?
		    ' ' : (char)c);
	}
}

static void
put_person(struct crm_buf *out, const char *role, struct crm_str who,
    int64_t at)
{
	struct crm_buf name = { 0 };
	put_clean(&name, who, "<>");
	struct crm_str n = crm_str_trim(crm_buf_view(&name));
	if (n.n == 0)
		n = CRM_STR("crm");
	crm_buf_printf(out, "%s %.*s <", role, CRM_FMT(n));
	for (size_t i = 0; i < n.n; i++)
		if (n.p[i] != ' ')
			crm_buf_c(out, n.p[i]);
	crm_buf_printf(out, "%s> %" PRId64 " +0000\n",
	    crm_str_chr(n, '@') < n.n ? "" : "@localhost",
	    at < 0 ? 0 : at / 1000000);
	crm_buf_release(&name);
}

static void
put_trailer(struct crm_buf *out, const char *key, struct crm_str value)
{
	if (!value.n)
		return;
	crm_buf_printf(out, "%s: ", key);
	put_clean(out, value, "");
	crm_buf_c(out, '\n');
}

static void
put_subject(struct crm_buf *out, const struct crm_git_commit *c)
{
	put_clean(out, c->program.n ? c->program : CRM_STR("crm"), "");
	if (c->op.n)
		crm_buf_printf(out, " %.*s", CRM_FMT(c->op));
	if (c->id.n && c->put + c->gone == 1 && !c->sealed) {
		crm_buf_printf(out, ": %s%.*s", c->gone ? "removed " : "",
		    CRM_FMT(c->id));
		return;
	}
	if (c->put)
		crm_buf_printf(out, c->put == 1 ? ": %" PRIu64 " record" :
		    ": %" PRIu64 " records", c->put);
	if (c->gone)
		crm_buf_printf(out, "%s %" PRIu64 " removed", c->put ? "," :
		    ":", c->gone);
}

/* An id is one word, a count is followed by another. */
void
crm_git_subject_bare(struct crm_str subject, struct crm_buf *out)
{
	size_t colon = crm_str_chr(subject, ':');
	struct crm_str what = crm_str_sub(subject, colon + 2, SIZE_MAX);
	crm_buf_str(out, crm_str_sub(subject, 0, colon));
	if (crm_str_starts(what, CRM_STR("removed ")))
		crm_buf_z(out, ": 1 removed");
	else if (what.n && crm_str_chr(what, ' ') == what.n)
		crm_buf_z(out, ": 1 record");
	else
		crm_buf_str(out, crm_str_sub(subject, colon, SIZE_MAX));
}

void
crm_git_commit_print(const struct crm_git_commit *c, struct crm_buf *out)
{
	char hex[41];
	struct crm_str who = c->sealed ? CRM_STR("") : c->actor;
	crm_git_hex(c->tree, hex);
	crm_buf_printf(out, "tree %s\n", hex);
	if (c->parent) {
		crm_git_hex(c->parent, hex);
		crm_buf_printf(out, "parent %s\n", hex);
	}
	put_person(out, "author", who, c->at);
	put_person(out, "committer", CRM_STR("crm"), c->at);
	crm_buf_c(out, '\n');
	put_subject(out, c);
	crm_buf_printf(out, "\n\nCrm-Seq: %" PRIu64 "\nCrm-Rev: %" PRIu64,
	    c->seq, c->from);
	if (c->to > c->from)
		crm_buf_printf(out, "-%" PRIu64, c->to);
	crm_buf_c(out, '\n');
	if (c->txn)
		crm_buf_printf(out, "Crm-Txn: %" PRIu64 "\n", c->txn);
	if (c->at < 0) {	/* before git's times begin */
		crm_buf_z(out, "Crm-At: ");
		crm_time_format(out, c->at);
		crm_buf_c(out, '\n');
	}
	put_trailer(out, "Crm-Actor", who);
	put_trailer(out, "Crm-Why", c->sealed ? CRM_STR("") : c->why);
	put_trailer(out, "Crm-Source", c->sealed ? CRM_STR("") : c->source);
}

bool
crm_git_trailer(struct crm_str commit, const char *key, struct crm_str *out)
{
	struct crm_str line, k = crm_str_z(key);
	bool body = false;
	while (crm_str_split(&commit, '\n', &line)) {
		body = body || line.n == 0;
		if (body && line.n > k.n + 2 && crm_str_starts(line, k) &&
		    line.p[k.n] == ':' && line.p[k.n + 1] == ' ') {
			*out = crm_str_sub(line, k.n + 2, SIZE_MAX);
			return true;
		}
	}
	return false;
}

bool
crm_git_range(struct crm_str commit, const char *key, uint64_t *from,
    uint64_t *to)
{
	struct crm_str text;
	char num[24];
	if (!crm_git_trailer(commit, key, &text) || text.n == 0 ||
	    text.n > 41)
		return false;
	size_t dash = crm_str_chr(text, '-');
	snprintf(num, sizeof(num), "%.*s", CRM_FMT(crm_str_sub(text, 0,
	    dash)));
	*from = *to = strtoull(num, NULL, 10);
	if (dash == text.n)
		return true;
	snprintf(num, sizeof(num), "%.*s", CRM_FMT(crm_str_sub(text, dash + 1,
	    SIZE_MAX)));
	*to = strtoull(num, NULL, 10);
	return true;
}

bool
crm_git_commit_head(struct crm_str commit, const char *key,
    struct crm_git_oid *out)
{
	struct crm_str line, k = crm_str_z(key);
	while (crm_str_split(&commit, '\n', &line) && line.n)
		if (crm_str_starts(line, k) && line.n == k.n + 41 &&
		    line.p[k.n] == ' ')
			return crm_git_unhex(crm_str_sub(line, k.n + 1, 40),
			    out);
	return false;
}
