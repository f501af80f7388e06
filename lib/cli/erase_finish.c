/* What follows the transaction of an erasure: attachments, the receipt, free
 * pages; and looking afterwards. Each step can be done again. */
#include "cli/erase_impl.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/attach.h"
#include "cli/copies.h"
#include "cli/mirror.h"
#include "cli/msg.h"

struct todo {
	struct crm_buf names;	/* of the values, one a line */
	struct crm_buf lines;	/* of the receipt */
	struct crm_map used;	/* attachments that some text names */
	struct crm_idset ids;	/* of those who go, and of their parts */
	bool compact;
};

static void
take(void *ctx, struct crm_str name, struct crm_str value)
{
	struct todo *t = ctx;
	struct crm_str line, id;
	if (crm_str_is(name, CRM_ERASE_COMPACT)) {
		t->compact = true;
		return;
	}
	crm_buf_str(&t->names, name);
	crm_buf_c(&t->names, '\n');
	while (crm_str_split(&value, '\n', &line)) {
		if (!line.n)
			continue;
		if (crm_json_get(line, CRM_STR("id"), &id))
			crm_idset_add(&t->ids, crm_json_inner(id));
		crm_buf_str(&t->lines, line);
		crm_buf_c(&t->lines, '\n');
	}
}

static void
release(struct todo *t)
{
	crm_buf_release(&t->names);
	crm_buf_release(&t->lines);
	crm_map_release(&t->used);
	crm_idset_release(&t->ids);
}

/* "Those two are different" said of somebody. */
static void
take_refusal(void *ctx, struct crm_str name, struct crm_str value)
{
	struct todo *t = ctx;
	if (!crm_idset_in(&t->ids, value))
		return;
	crm_buf_str(&t->names, name);
	crm_buf_c(&t->names, '\n');
}

static enum crm_status
read_todo(struct crm_store *s, struct todo *t, struct crm_err *err)
{
	enum crm_status st = crm_store_names(s, CRM_STR("erase."), take, t,
	    err);
	return st || !t->ids.map.n ? st : crm_store_names(s,
	    CRM_STR("refusal."), take_refusal, t, err);
}

bool
crm_erase_open(struct crm_store *s)
{
	struct todo t = { 0 };
	bool open = read_todo(s, &t, NULL) == CRM_OK &&
	    (t.compact || t.names.n);
	release(&t);
	return open;
}

/* -- attachments ------------------------------------------------------------ */

static bool
note_used(void *ctx, const struct crm_text *x)
{
	struct todo *t = ctx;
	struct crm_str val;
	if (crm_rec_get(x->rec, CRM_STR("attachments"), &val))
		crm_erase_files(&t->used, val, 0);
	return true;
}

/* What no text names goes, also what was attached to an image that compacting
 * dropped. */
static enum crm_status
remove_files(struct crm_store *s, struct todo *t, struct crm_err *err)
{
	int fd;
	enum crm_status st = crm_attach_lock(s, &fd, err);
	if (st)
		return st == CRM_NOTFOUND ? CRM_OK : st;
	st = crm_store_texts(s, note_used, t, err);
	if (!st)
		st = crm_attach_prune(s, &t->used, err);
	close(fd);
	return st;
}

/* -- the receipt ------------------------------------------------------------ */

static enum crm_status
write_receipt(struct crm_store *s, struct todo *t, const char *path,
    struct crm_err *err)
{
	struct crm_file f = { 0 };
	enum crm_status st = crm_copies_list(s, &t->lines, err);
	if (!st)
		st = crm_file_open(&f, path, err);
	if (st)
		return st;
	if (crm_msg_write(f.fd, crm_buf_view(&t->lines)))
		return crm_file_commit(&f, err);
	st = crm_err_sys(err, "file.write", "%s", path);
	crm_file_abort(&f);
	return st;
}

/* What people have to look at themselves. */
static void
say_rest(struct crm_sink *s, struct crm_str lines)
{
	struct crm_str line, list, key, id;
	struct crm_buf b = { 0 };
	size_t n = 0;
	while (crm_str_split(&lines, '\n', &line)) {
		if (!crm_json_get(line, CRM_STR("mentioned"), &list))
			continue;
		struct crm_json_iter it = crm_json_iter(list);
		while (crm_json_next(&it, &key, &id))
			if (++n <= 10)
				crm_buf_printf(&b, " %.*s",
				    CRM_FMT(crm_json_inner(id)));
	}
	if (n)
		crm_cli_warn(s->cli, "erase.mentioned", _("%zu other records "
		    "still name an erased person in their text:%s%s"), n,
		    crm_buf_cstr(&b), n > 10 ? " ..." : "");
	crm_buf_release(&b);
	crm_buf_clear(&s->tmp);
	if (crm_copies_list(s->ses.store, &s->tmp, NULL) != CRM_OK)
		return;
	lines = crm_buf_view(&s->tmp);
	while (crm_str_split(&lines, '\n', &line))
		if (crm_json_get(line, CRM_STR("copy"), &id))
			crm_cli_warn(s->cli, "erase.copies", _("this copy of "
			    "the store is out of reach: %.*s"), CRM_FMT(id));
}

/* -- in order --------------------------------------------------------------- */

static enum crm_status
set_all(struct crm_sink *s, struct crm_str names, const char *compact,
    struct crm_err *err)
{
	struct crm_why why = { .actor = s->actor,
		.program = CRM_STR("crm-rm"), .now = s->cli->clock.now };
	struct crm_txn *t = NULL;
	struct crm_str name;
	uint64_t rev;
	enum crm_status st = crm_txn_begin(s->ses.store, &why, &t, err);
	while (!st && crm_str_split(&names, '\n', &name))
		if (name.n)
			st = crm_txn_set(t, name, (struct crm_str){ 0 }, err);
	if (!st)
		st = crm_txn_set(t, CRM_STR(CRM_ERASE_COMPACT),
		    crm_str_z(compact), err);
	if (!st)
		return crm_txn_commit(t, &rev, err);
	crm_txn_abort(t);
	return st;
}

enum crm_status
crm_erase_finish(struct crm_erase *e, struct crm_sink *s,
    const char *receipt, struct crm_err *err)
{
	struct crm_store *store = s->ses.store;
	struct todo t = { 0 };
	enum crm_status st = read_todo(store, &t, err);
	bool any = t.names.n > 0;
	if (!st && any)
		st = remove_files(store, &t, err);
	if (!st && any)
		say_rest(s, crm_buf_view(&t.lines));
	if (!st && any && receipt)
		st = write_receipt(store, &t, receipt, err);
	/* the notes go before the file is built anew, so that it lacks them */
	if (!st && any)
		st = set_all(s, crm_buf_view(&t.names), "1", err);
	if (!st && (any || t.compact))
		st = crm_store_compact(store, 0, err);
	if (!st && (any || t.compact))
		st = set_all(s, (struct crm_str){ 0 }, "", err);
	/* The mirror learns of it from the journal: done again until it is. */
	if (!st)
		st = crm_mirror_forget(s->cli, err);
	if (!st && e->already)
		crm_cli_note(s->cli, _("%" PRIu64 " erased already"),
		    e->already);
	release(&t);
	return st;
}
