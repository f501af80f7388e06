#include "cli/attach.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <strings.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/mem.h"
#include "format/json.h"

enum { CHUNK = 256 << 10, HEX = 64 };

bool
crm_attach_is(const struct crm_assign *a)
{
	return crm_str_is(a->path, "attach") && (a->op == CRM_ASSIGN_FILE ||
	    (a->op == CRM_ASSIGN_SET && a->value.n && a->value.p[0] == '@'));
}

/* -- files ------------------------------------------------------------------ */

enum crm_status
crm_attach_folder(struct crm_store *s, struct crm_buf *out, struct crm_err *err)
{
	struct crm_info info;
	struct stat st;
	enum crm_status rc = crm_store_info(s, &info, err);
	if (rc)
		return rc;
	if (stat(info.path, &st) < 0 || !S_ISDIR(st.st_mode))
		return crm_err_set(err, CRM_SYSTEM, "attach.store",
		    _("'%s' is no directory: it keeps no files"), info.path);
	crm_buf_printf(out, "%s/files", info.path);
	return CRM_OK;
}

/* Copies all of `from` to `to` (-1: nowhere), hashing. -1 with errno. */
static int
copy(int from, int to, char hex[HEX + 1], uint64_t *size)
{
	struct crm_sha256 sum;
	uint8_t digest[32];
	char *buf = crm_alloc(CHUNK);
	ssize_t n;
	crm_sha256_init(&sum);
	*size = 0;
	while ((n = read(from, buf, CHUNK)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		for (ssize_t at = 0; n > 0 && to >= 0 && at < n;) {
			ssize_t w = write(to, buf + at, (size_t)(n - at));
			if (w < 0 && errno != EINTR)
				n = -1;
			else if (w > 0)
				at += w;
		}
		if (n < 0)
			break;
		crm_sha256_add(&sum, buf, (size_t)n);
		*size += (uint64_t)n;
	}
	free(buf);
	crm_sha256_end(&sum, digest);
	crm_hex(digest, sizeof(digest), hex);
	return n < 0 ? -1 : 0;
}

static int
make_folder(const char *path)
{
	return mkdir(path, 0700) == 0 || errno == EEXIST ? 0 : -1;
}

/* The list of what was ever kept here: records also name files that were never
 * (those of imported mails), and only the former can be missing. */
static enum crm_status
note(struct crm_str dir, const char *hex, struct crm_err *err)
{
	struct crm_buf b = { 0 };
	crm_buf_str(&b, dir);
	crm_buf_z(&b, "/index");
	int fd = open(crm_buf_cstr(&b), O_WRONLY | O_CREAT | O_APPEND |
	    O_CLOEXEC | O_NOFOLLOW, 0600);
	char line[HEX + 2];
	snprintf(line, sizeof(line), "%s\n", hex);
	bool good = fd >= 0 && write(fd, line, HEX + 1) == HEX + 1 &&
	    fsync(fd) == 0;
	enum crm_status st = good ? CRM_OK : crm_err_sys(err, "attach.write",
	    "%s", crm_buf_cstr(&b));
	if (fd >= 0)
		close(fd);
	crm_buf_release(&b);
	return st;
}

/* Puts the content of fd where its hash says; a file of that name holds it
 * already. */
static enum crm_status
keep(struct crm_str dir, int fd, const char *hex, struct crm_err *err)
{
	struct crm_buf path = { 0 };
	struct crm_file f;
	struct stat st;
	char again[HEX + 1];
	uint64_t size;
	enum crm_status rc = CRM_OK;
	crm_buf_str(&path, dir);
	if (make_folder(crm_buf_cstr(&path)) < 0)
		goto sys;
	crm_buf_printf(&path, "/%.2s", hex);
	if (make_folder(crm_buf_cstr(&path)) < 0)
		goto sys;
	crm_buf_printf(&path, "/%s", hex + 2);
	if (stat(crm_buf_cstr(&path), &st) == 0)
		goto done;
	rc = crm_file_open(&f, crm_buf_cstr(&path), err);
	if (rc)
		goto done;
	if (lseek(fd, 0, SEEK_SET) < 0 || fchmod(f.fd, 0600) < 0 ||
	    copy(fd, f.fd, again, &size) < 0) {
		crm_file_abort(&f);
		goto sys;
	}
	if (strcmp(hex, again) != 0) {
		crm_file_abort(&f);
		rc = crm_err_set(err, CRM_SYSTEM, "attach.changed",
		    _("a file changed while it was read"));
		goto done;
	}
	rc = crm_file_commit(&f, err);
	if (!rc)
		rc = note(dir, hex, err);
	goto done;
sys:
	rc = crm_err_sys(err, "attach.write", "%s", crm_buf_cstr(&path));
done:
	crm_buf_release(&path);
	return rc;
}

/* -- attaching -------------------------------------------------------------- */

static const char *
media_type(struct crm_str name)
{
	static const char *const types[][2] = {
		{ ".pdf", "application/pdf" }, { ".txt", "text/plain" },
		{ ".md", "text/markdown" }, { ".html", "text/html" },
		{ ".csv", "text/csv" }, { ".json", "application/json" },
		{ ".xml", "application/xml" }, { ".png", "image/png" },
		{ ".jpg", "image/jpeg" }, { ".jpeg", "image/jpeg" },
		{ ".gif", "image/gif" }, { ".webp", "image/webp" },
		{ ".svg", "image/svg+xml" }, { ".zip", "application/zip" },
		{ ".eml", "message/rfc822" }, { ".ics", "text/calendar" },
		{ ".vcf", "text/vcard" }, { ".mp3", "audio/mpeg" },
		{ ".wav", "audio/wav" }, { ".mp4", "video/mp4" },
		{ ".doc", "application/msword" }, { ".odt",
		    "application/vnd.oasis.opendocument.text" },
		{ ".ods", "application/vnd.oasis.opendocument.spreadsheet" },
		{ ".docx", "application/vnd.openxmlformats-officedocument."
		    "wordprocessingml.document" },
		{ ".xlsx", "application/vnd.openxmlformats-officedocument."
		    "spreadsheetml.sheet" } };
	for (size_t i = 0; i < CRM_LEN(types); i++) {
		size_t n = strlen(types[i][0]);
		if (name.n > n && strncasecmp(name.p + name.n - n,
		    types[i][0], n) == 0)
			return types[i][1];
	}
	return "application/octet-stream";
}

static enum crm_status
attach(struct crm_assigns *as, struct crm_assign *a, struct crm_str dir,
    bool dry, struct crm_err *err)
{
	char *path = crm_strdup(crm_str_sub(a->value,
	    a->op == CRM_ASSIGN_SET, SIZE_MAX));
	struct crm_str name = crm_str_z(path);
	struct crm_buf b = { 0 };
	char hex[HEX + 1];
	uint64_t size;
	struct stat st;
	enum crm_status rc = CRM_OK;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) < 0)
		rc = crm_err_sys(err, "attach.read", "%s", path);
	else if (!S_ISREG(st.st_mode))
		rc = crm_err_set(err, CRM_SYSTEM, "attach.read",
		    _("'%s' is no regular file"), path);
	else if (copy(fd, -1, hex, &size) < 0)
		rc = crm_err_sys(err, "attach.read", "%s", path);
	else if (!dry)
		rc = keep(dir, fd, hex, err);
	if (!rc) {
		for (size_t i = name.n; i > 0; i--)
			if (name.p[i - 1] == '/') {
				name = crm_str_sub(name, i, SIZE_MAX);
				break;
			}
		crm_buf_c(&b, '{');
		crm_json_add_str(&b, "sha256", crm_str_z(hex));
		crm_json_add_str(&b, "name", name);
		crm_json_add_u64(&b, "size", size);
		crm_json_add_str(&b, "type", crm_str_z(media_type(name)));
		crm_buf_c(&b, '}');
		*a = (struct crm_assign){ CRM_ASSIGN_ADD,
			CRM_STR("attachments"),
			crm_arena_str(&as->mem, crm_buf_view(&b)) };
	}
	if (fd >= 0)
		close(fd);
	crm_buf_release(&b);
	free(path);
	return rc;
}

/* Nobody prunes files while they wait for the record that names them. */
static enum crm_status
hold(struct crm_assigns *as, const char *dir, struct crm_err *err)
{
	int fd = make_folder(dir) < 0 ? -1 : open(dir, O_RDONLY |
	    O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0 && flock(fd, LOCK_SH) == 0) {
		as->files = fd;
		return CRM_OK;
	}
	enum crm_status st = crm_err_sys(err, "attach.write", "%s", dir);
	if (fd >= 0)
		close(fd);
	return st;
}

bool
crm_attach_files(struct crm_assigns *as, struct crm_cli *cli,
    struct crm_store *s)
{
	struct crm_buf dir = { 0 };
	struct crm_err err = { 0 };
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < as->n && !st; i++) {
		if (!crm_attach_is(&as->a[i]))
			continue;
		if (!dir.n)
			st = crm_attach_folder(s, &dir, &err);
		if (!st && !as->files && !cli->dry)
			st = hold(as, crm_buf_cstr(&dir), &err);
		if (!st)
			st = attach(as, &as->a[i], crm_buf_view(&dir),
			    cli->dry, &err);
	}
	if (st)
		crm_cli_fail(cli, &err);
	crm_buf_release(&dir);
	return !st;
}

/* -- all files -------------------------------------------------------------- */

static bool
is_hex(const char *s, size_t n)
{
	return strlen(s) == n && strspn(s, "0123456789abcdef") == n;
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static enum crm_status
walk_folder(const char *path, const char *two, crm_attach_fn *fn, void *ctx,
    struct crm_err *err)
{
	struct crm_buf b = { 0 };
	char hex[HEX + 1];
	enum crm_status st = CRM_OK;
	struct dirent **e;
	int n = scandir(path, &e, NULL, by_name);
	for (int i = 0; i < n; i++) {
		if (!st && is_hex(e[i]->d_name, HEX - 2)) {
			crm_buf_clear(&b);
			crm_buf_printf(&b, "%s/%s", path, e[i]->d_name);
			snprintf(hex, sizeof(hex), "%.2s%.62s", two,
			    e[i]->d_name);
			st = fn(ctx, crm_buf_cstr(&b), hex, err);
		}
		free(e[i]);
	}
	if (n >= 0)
		free(e);
	crm_buf_release(&b);
	return st;
}

enum crm_status
crm_attach_each(struct crm_store *s, crm_attach_fn *fn, void *ctx,
    struct crm_err *err)
{
	static const char digits[] = "0123456789abcdef";
	struct crm_buf b = { 0 };
	enum crm_status st = crm_attach_folder(s, &b, err);
	size_t n = b.n;
	for (int i = 0; i < 256 && !st; i++) {
		char two[3] = { digits[i / 16], digits[i % 16], 0 };
		b.n = n;
		crm_buf_printf(&b, "/%s", two);
		st = walk_folder(crm_buf_cstr(&b), two, fn, ctx, err);
	}
	crm_buf_release(&b);
	return st;
}

enum crm_status
crm_attach_keep(struct crm_store *s, int fd, const char *hex,
    struct crm_err *err)
{
	struct crm_buf dir = { 0 };
	enum crm_status st = crm_attach_folder(s, &dir, err);
	if (!st)
		st = keep(crm_buf_view(&dir), fd, hex, err);
	crm_buf_release(&dir);
	return st;
}

/* ctx is the other store's folder. */
static enum crm_status
copy_one(void *ctx, const char *path, const char *hex, struct crm_err *err)
{
	const struct crm_str *to = ctx;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return crm_err_sys(err, "attach.read", "%s", path);
	enum crm_status st = keep(*to, fd, hex, err);
	close(fd);
	return st;
}

enum crm_status
crm_attach_copy(struct crm_store *s, const char *dir, struct crm_err *err)
{
	struct crm_buf to = { 0 };
	crm_buf_printf(&to, "%s/files", dir);
	struct crm_str folder = crm_buf_view(&to);
	enum crm_status st = crm_attach_each(s, copy_one, &folder, err);
	crm_buf_release(&to);
	return st;
}

/* -- verifying -------------------------------------------------------------- */

struct verify {
	void (*fault)(void *ctx, const struct crm_err *found);
	void *ctx;
	struct crm_map kept;
};

static enum crm_status
check_one(void *ctx, const char *path, const char *hex, struct crm_err *err)
{
	struct verify *w = ctx;
	struct crm_err found = { 0 };
	char is[HEX + 1];
	uint64_t size;
	(void)err;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || copy(fd, -1, is, &size) < 0)
		(void)!crm_err_sys(&found, "attach.damaged", "%s", path);
	else if (strcmp(is, hex) != 0)
		(void)!crm_err_set(&found, CRM_CORRUPT, "attach.damaged",
		    _("the content of '%s' is not what its name says"), path);
	if (fd >= 0)
		close(fd);
	if (found.id)
		w->fault(w->ctx, &found);
	return CRM_OK;
}

/* Only what was kept here can be missing. */
static void
check_missing(void *ctx, struct crm_str id, struct crm_str hex)
{
	struct verify *w = ctx;
	struct crm_err found = { 0 };
	if (!crm_map_get(&w->kept, hex))
		return;
	(void)!crm_err_set(&found, CRM_CORRUPT, "attach.missing",
	    _("a file of record %.*s is not there: %.64s"), CRM_FMT(id),
	    hex.p);
	w->fault(w->ctx, &found);
}

/* Damage to the list itself shows as damage to nothing: lines of another form
 * are passed over. */
static void
read_index(struct verify *w, struct crm_str dir, struct crm_buf *text)
{
	struct crm_buf path = { 0 };
	struct crm_str rest, line;
	bool fresh;
	crm_buf_str(&path, dir);
	crm_buf_z(&path, "/index");
	if (crm_buf_read_file(text, crm_buf_cstr(&path)) == 0) {
		rest = crm_buf_view(text);
		while (crm_str_split(&rest, '\n', &line))
			if (line.n == HEX)
				crm_map_put(&w->kept, line, &fresh);
	}
	crm_buf_release(&path);
}

enum crm_status
crm_attach_verify(struct crm_store *s,
    void (*fn)(void *ctx, const struct crm_err *found), void *ctx,
    struct crm_err *err)
{
	struct verify w = { .fault = fn, .ctx = ctx };
	struct crm_buf dir = { 0 }, text = { 0 };
	enum crm_status st = crm_attach_folder(s, &dir, err);
	if (!st)
		read_index(&w, crm_buf_view(&dir), &text);
	if (!st)
		st = crm_attach_each(s, check_one, &w, err);
	if (!st)
		st = crm_attach_missing(s, crm_buf_view(&dir), check_missing,
		    &w, err);
	crm_buf_release(&dir);
	crm_buf_release(&text);
	crm_map_release(&w.kept);
	return st;
}
