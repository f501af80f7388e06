#include "cli/report.h"

#include <dirent.h>
#include <unistd.h>

#include "base/zone.h"
#include "cli/rulefile.h"
#include "format/json.h"

void
crm_report_job_release(struct crm_report_job *j)
{
	crm_list_release(&j->keys);
	crm_list_release(&j->measures);
	crm_buf_release(&j->text);
	crm_buf_release(&j->path_buf);
	crm_buf_release(&j->columns);
	crm_arena_release(&j->mem);
	free(j->line);
	free(j->number);
}

/* The file of a definition: the store's own, then the shipped one. */
static bool
find_file(struct crm_report_job *j, const char *name)
{
	struct crm_buf *b = &j->path_buf;
	for (int i = 0; i < 2; i++) {
		crm_buf_clear(b);
		crm_buf_printf(b, "%s/reports/%s.json", i ?
		    crm_cli_datadir(j->cli) : crm_cli_store_path(j->cli), name);
		if (access(crm_buf_cstr(b), R_OK) == 0)
			return true;
	}
	return false;
}

static bool
is_plain(const char *name)
{
	for (const char *p = name; *p; p++)
		if (!(*p >= 'a' && *p <= 'z') && *p != '-' &&
		    !(*p >= '0' && *p <= '9'))
			return false;
	return *name != '-';
}

static bool
read_definition(struct crm_report_job *j)
{
	struct crm_err err = { 0 };
	j->path = crm_buf_cstr(&j->path_buf);
	bool good = !crm_rulefile_read(j->cli, j->path, "reports", &j->text,
	    &err);
	if (!good)
		crm_cli_fail(j->cli, &err);
	return good;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names of the reports there are, sorted, some twice; free them all. */
static size_t
names_of_all(struct crm_report_job *j, char ***out)
{
	char **name = NULL;
	size_t n = 0, cap = 0;
	for (int i = 0; i < 2; i++) {
		struct crm_buf dir = { 0 };
		crm_buf_printf(&dir, "%s/reports", i ?
		    crm_cli_datadir(j->cli) : crm_cli_store_path(j->cli));
		DIR *d = opendir(crm_buf_cstr(&dir));
		crm_buf_release(&dir);
		for (struct dirent *e; d && (e = readdir(d));) {
			size_t len = strlen(e->d_name);
			if (len < 6 || strcmp(e->d_name + len - 5, ".json") != 0)
				continue;
			crm_grow(&name, &cap, n + 1, sizeof(*name));
			name[n++] = crm_strdup((struct crm_str){ e->d_name,
				len - 5 });
		}
		if (d)
			closedir(d);
	}
	if (n)
		qsort(name, n, sizeof(*name), by_name);
	*out = name;
	return n;
}

static void
no_report(struct crm_report_job *j, const char *wanted)
{
	char **name;
	size_t n = names_of_all(j, &name);
	struct crm_near near;
	crm_near_init(&near, crm_str_z(wanted));
	for (size_t i = 0; i < n; i++)
		crm_near_try(&near, crm_str_z(name[i]));
	struct crm_str best = crm_near_best(&near);
	if (best.n)
		crm_cli_usage(j->cli, _("there is no report '%s'; did you mean "
		    "'%.*s'?"), wanted, CRM_FMT(best));
	else
		crm_cli_usage(j->cli, _("there is no report '%s' (--list shows "
		    "them)"), wanted);
	for (size_t i = 0; i < n; i++)
		free(name[i]);
	free(name);
}

bool
crm_report_find(struct crm_report_job *j)
{
	struct crm_cli *cli = j->cli;
	j->files = cli->args;
	j->nfiles = cli->nargs;
	bool made = j->keys.n || j->measures.n;
	if (j->nfiles && is_plain(j->files[0]) && find_file(j, j->files[0])) {
		j->name = *j->files++;
		j->nfiles--;
	} else if (j->nfiles && strstr(j->files[0], ".json") &&
	    !strstr(j->files[0], ".jsonl")) {
		j->name = *j->files++;
		j->nfiles--;
		crm_buf_clear(&j->path_buf);
		crm_buf_z(&j->path_buf, j->name);
	} else if (j->nfiles && is_plain(j->files[0]) && !made &&
	    access(j->files[0], R_OK) != 0) {
		no_report(j, j->files[0]);
		return false;
	}
	if (j->free && (!j->name || (strcmp(j->name, "agenda") != 0 &&
	    strcmp(j->name, "free") != 0))) {
		crm_cli_usage(cli, _("--free is for the agenda"));
		return false;
	}
	if (j->rates && !j->in) {
		crm_cli_usage(cli, _("--rates wants --in CURRENCY"));
		return false;
	}
	j->lines = j->nfiles > 0;
	j->spooled = j->lines && ((j->in && !j->rates) || j->versus);
	if (!j->name) {
		if (made || cli->type)
			return true;
		crm_cli_usage(cli, _("a report's name (--list shows them), or "
		    "-t TYPE with --by, --count, --sum ... are wanted"));
		return false;
	}
	return j->free ? crm_report_named(j, "free") : read_definition(j);
}

bool
crm_report_named(struct crm_report_job *j, const char *name)
{
	if (!find_file(j, name)) {
		no_report(j, name);
		return false;
	}
	j->name = name;
	crm_buf_clear(&j->text);
	return read_definition(j);
}

void
crm_report_list(struct crm_report_job *j)
{
	char **name;
	size_t n = names_of_all(j, &name);
	for (size_t i = 0; i < n; i++) {
		struct crm_buf text = { 0 }, out = { 0 };
		struct crm_str v;
		if ((i && strcmp(name[i], name[i - 1]) == 0) ||
		    !find_file(j, name[i]) || crm_buf_read_file(&text,
		    crm_buf_cstr(&j->path_buf)) != 0) {
			crm_buf_release(&text);
			continue;
		}
		crm_buf_c(&out, '{');
		crm_json_add_str(&out, "name", crm_str_z(name[i]));
		struct crm_str o = crm_str_trim(crm_buf_view(&text));
		if (crm_json_check(o, NULL, NULL) == CRM_OK &&
		    crm_json_get(o, CRM_STR("title"), &v))
			crm_json_add_raw(&out, "title", v);
		crm_buf_c(&out, '}');
		crm_out_record(j->out, crm_buf_view(&out));
		crm_buf_release(&text);
		crm_buf_release(&out);
	}
	for (size_t i = 0; i < n; i++)
		free(name[i]);
	free(name);
}

void
crm_report_range(int32_t from, int32_t to, char out[32])
{
	struct crm_buf b = { 0 };
	crm_date_format(&b, from);
	crm_buf_z(&b, "..");
	crm_date_format(&b, to - 1);
	snprintf(out, 32, "%s", crm_buf_cstr(&b));
	crm_buf_release(&b);
}

static bool
same_keys(const struct crm_rows *a, size_t i, const struct crm_rows *b,
    size_t k)
{
	for (size_t c = 0; c < a->ncolumns; c++)
		if (a->column[c].kind == CRM_COLUMN_KEY && c < b->ncolumns &&
		    !crm_str_eq(crm_rows_cell(a, i, c), crm_rows_cell(b, k, c)))
			return false;
	return true;
}

/* The measures of a row as an object; with `then` their differences. */
static void
measures_of(const struct crm_rows *r, size_t row, size_t ncolumns,
    const struct crm_rows *then, size_t then_row, struct crm_buf *out)
{
	crm_buf_clear(out);
	crm_buf_c(out, '{');
	for (size_t c = 0; c < ncolumns; c++) {
		const struct crm_column *k = &r->column[c];
		struct crm_str v = crm_rows_cell(r, row, c);
		struct crm_dec a, b, d;
		if (k->kind == CRM_COLUMN_KEY || k->kind == CRM_COLUMN_TEXT ||
		    k->hidden || v.n == 0)
			continue;
		if (then && (!crm_rows_dec(r, row, c, &a) ||
		    !crm_rows_dec(then, then_row, c, &b) ||
		    !crm_dec_sub(a, b, &d)))
			continue;
		crm_json_comma(out);
		crm_json_quote(out, k->name);
		crm_buf_c(out, ':');
		if (!then)
			crm_buf_str(out, v);
		else if (k->kind == CRM_COLUMN_MONEY) {
			crm_buf_c(out, '"');
			crm_dec_format(out, d);
			crm_buf_c(out, '"');
		} else
			crm_dec_json(out, d);
	}
	crm_buf_c(out, '}');
}

void
crm_report_compare(struct crm_rows *rows, const struct crm_rows *before)
{
	struct crm_rows out = { 0 };
	struct crm_buf b = { 0 };
	size_t nc = rows->ncolumns, nb = crm_rows_len(before);
	bool *seen = crm_calloc(nb, sizeof(*seen));
	for (size_t c = 0; c < nc; c++) {
		crm_rows_column(&out, rows->column[c].name, rows->column[c].kind);
		out.column[c].hidden = rows->column[c].hidden;
	}
	crm_rows_column(&out, CRM_STR("_before"), CRM_COLUMN_TEXT);
	crm_rows_column(&out, CRM_STR("_change"), CRM_COLUMN_TEXT);
	for (size_t i = 0; i < crm_rows_len(rows); i++) {
		size_t row = crm_rows_add(&out);
		for (size_t c = 0; c < nc; c++)
			crm_rows_set(&out, row, c, crm_rows_cell(rows, i, c));
		for (size_t k = 0; k < nb; k++) {
			if (seen[k] || !same_keys(rows, i, before, k))
				continue;
			seen[k] = true;
			measures_of(before, k, nc, NULL, 0, &b);
			crm_rows_set(&out, row, nc, crm_buf_view(&b));
			measures_of(rows, i, nc, before, k, &b);
			crm_rows_set(&out, row, nc + 1, crm_buf_view(&b));
			break;
		}
	}
	for (size_t k = 0; k < nb; k++) {
		if (seen[k])
			continue;
		size_t row = crm_rows_add(&out);
		for (size_t c = 0; c < nc; c++)
			if (out.column[c].kind == CRM_COLUMN_KEY)
				crm_rows_set(&out, row, c,
				    crm_rows_cell(before, k, c));
		measures_of(before, k, nc, NULL, 0, &b);
		crm_rows_set(&out, row, nc, crm_buf_view(&b));
	}
	free(seen);
	crm_buf_release(&b);
	crm_rows_release(rows);
	*rows = out;
}
