/* crm verify --erased: is anything left of what a receipt names? */
#include "cli/erase_impl.h"
#include "cli/mirror.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LONG_ID = 16 /* shorter ones may be anything in the data */, DEPTH = 8 };

struct look {
	struct crm_idset ids;
	void (*fn)(void *ctx, const struct crm_err *found);
	void *ctx;
};

static void
found(struct look *l, const char *msg, struct crm_str id)
{
	struct crm_err e = { 0 };
	crm_err_set(&e, CRM_CORRUPT, "verify.erased", msg, CRM_FMT(id));
	l->fn(l->ctx, &e);
}

static enum crm_status
read_receipt(struct look *l, const char *path, struct crm_err *err)
{
	struct crm_buf text = CRM_BUF_MAX(256 << 20);
	struct crm_str rest, line, id;
	struct crm_err bad = { 0 };
	enum crm_status st = CRM_OK;
	if (crm_buf_read_file(&text, path))
		st = crm_err_sys(err, "file.read", "'%s'", path);
	rest = crm_buf_view(&text);
	while (!st && crm_str_split(&rest, '\n', &line)) {
		if (crm_str_trim(line).n == 0)
			continue;
		if (crm_json_check(line, NULL, &bad))
			st = crm_err_set(err, CRM_SYSTEM, bad.id, "'%s': %s",
			    path, bad.msg);
		else if (crm_json_get(line, CRM_STR("id"), &id) &&
		    crm_json_is_string(id))
			crm_idset_add(&l->ids, crm_json_inner(id));
	}
	if (!st && !l->ids.map.n)
		st = crm_err_set(err, CRM_SYSTEM, "verify.receipt",
		    _("'%s' names nobody who was erased"), path);
	crm_buf_release(&text);
	return st;
}

static enum crm_status
look_up(struct look *l, struct crm_store *s, struct crm_err *err)
{
	struct crm_batch *b = crm_batch_new();
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < l->ids.map.n && !st; i++) {
		struct crm_str id = l->ids.map.e[i].key;
		struct crm_key k = { .by = CRM_BY_OLD_ID, .value = id };
		st = crm_store_get(s, UINT64_MAX, &k, 1, b, NULL, err);
		if (!st && crm_batch_row(b, 0)->line.n)
			found(l, _("erased record %.*s is there"), id);
	}
	crm_batch_free(b);
	return st;
}

static bool
in_text(void *ctx, const struct crm_text *x)
{
	struct look *l = ctx;
	if (crm_idset_in(&l->ids, x->rec->line) &&
	    !crm_idset_has(&l->ids, crm_rec_id(x->rec)))
		found(l, x->under ? _("an earlier image of record %.*s names "
		    "an erased one") : _("record %.*s names an erased one"),
		    crm_rec_id(x->rec));
	return true;
}

/* Free pages of the data hold what was there until the file is built anew; all
 * else is text, in which an id stands in quotes or is long. */
static void
look_bytes(struct look *l, const char *path, bool data, struct crm_str bytes)
{
	struct crm_buf b = { 0 };
	for (size_t i = 0; i < l->ids.map.n; i++) {
		struct crm_str id = l->ids.map.e[i].key;
		if (id.n < LONG_ID && data)
			continue;
		crm_buf_clear(&b);
		crm_buf_printf(&b, id.n < LONG_ID ? "\"%.*s\"" : "%.*s",
		    CRM_FMT(id));
		if (!memmem(bytes.p, bytes.n, b.p, b.n))
			continue;
		crm_buf_clear(&b);
		crm_buf_printf(&b, "%.*s (%s)", CRM_FMT(id), path);
		if (data)
			found(l, _("bytes of erased record %.*s lie in the "
			    "store's file: run crm compact"), id);
		else
			found(l, _("a file names erased record %.*s"),
			    crm_buf_view(&b));
	}
	crm_buf_release(&b);
}

static void
in_file(struct look *l, const char *path, bool data)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	void *map = fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ||
	    st.st_size == 0 ? MAP_FAILED : mmap(NULL, (size_t)st.st_size,
	    PROT_READ, MAP_SHARED, fd, 0);
	if (map != MAP_FAILED) {
		look_bytes(l, path, data, (struct crm_str){ map,
		    (size_t)st.st_size });
		munmap(map, (size_t)st.st_size);
	}
	if (fd >= 0)
		close(fd);
}

/* Every file of the store's directory but those of the mirror. */
static void
in_folder(struct look *l, const char *path, int depth)
{
	struct crm_buf b = { 0 };
	struct dirent **e;
	int n = scandir(path, &e, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		const char *name = e[i]->d_name;
		crm_buf_clear(&b);
		crm_buf_printf(&b, "%s/%s", path, name);
		if (e[i]->d_type == DT_DIR && name[0] != '.' &&
		    (depth || strncmp(name, "mirror.", 7) != 0) &&
		    depth < DEPTH)
			in_folder(l, b.p, depth + 1);
		else if (e[i]->d_type != DT_DIR)
			in_file(l, b.p, !depth && strncmp(name, "data.", 5) ==
			    0);
		free(e[i]);
	}
	if (n >= 0)
		free(e);
	crm_buf_release(&b);
}

static enum crm_status
in_files(struct look *l, struct crm_store *s, struct crm_err *err)
{
	struct crm_info info;
	enum crm_status st = crm_store_info(s, &info, err);
	if (!st)
		in_folder(l, info.path, 0);
	return st;
}

static void
in_object(void *ctx, size_t line, struct crm_str object)
{
	struct look *l = ctx;
	struct crm_buf b = { 0 };
	if (line >= l->ids.map.n)
		return;
	crm_buf_printf(&b, "%.*s (%.*s)", CRM_FMT(l->ids.map.e[line].key),
	    CRM_FMT(object));
	found(l, _("the git mirror names erased record %.*s"),
	    crm_buf_view(&b));
	crm_buf_release(&b);
}

/* Every object of the git mirror, each id in its quotes. */
static enum crm_status
in_mirror(struct look *l, struct crm_store *s, struct crm_err *err)
{
	struct crm_info info;
	struct crm_buf lines = { 0 };
	enum crm_status st = crm_store_info(s, &info, err);
	if (st || !crm_mirror_there(info.path))
		return st;
	for (size_t i = 0; i < l->ids.map.n; i++)
		crm_buf_printf(&lines, "\"%.*s\"\n",
		    CRM_FMT(l->ids.map.e[i].key));
	if (lines.n)
		st = crm_mirror_search(info.path, crm_buf_view(&lines),
		    in_object, l, err);
	crm_buf_release(&lines);
	return st;
}

enum crm_status
crm_erase_verify(struct crm_store *s, const char *receipt,
    void (*fn)(void *ctx, const struct crm_err *found), void *ctx,
    struct crm_err *err)
{
	struct look l = { .fn = fn, .ctx = ctx };
	enum crm_status st = read_receipt(&l, receipt, err);
	if (!st && crm_erase_open(s))
		found(&l, _("an erasure is not completed: run it again%.*s"),
		    CRM_STR(""));
	if (!st)
		st = look_up(&l, s, err);
	if (!st && l.ids.map.n)
		st = crm_store_texts(s, in_text, &l, err);
	if (!st)
		st = in_files(&l, s, err);
	if (!st)
		st = in_mirror(&l, s, err);
	crm_idset_release(&l.ids);
	return st;
}
