#!/bin/bash
# Conversion out of sample against the logistic regression of scikit-learn: on
# the breast cancer data that it brings along (AUC near 0.995 is the published
# figure), and on made records with rare levels, gaps and long tails.
. "${0%/*}/../lib.sh"
need jq
python=
for p in /usr/bin/python3 python3; do
	"$p" -c 'import sklearn' 2>/dev/null && python=$p && break
done
[ -n "$python" ] || skip_all 'python3 with sklearn is not installed'

cat >judge.py <<'E'
import json, math, subprocess, sys, warnings
import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_breast_cancer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
warnings.filterwarnings("ignore")

def cancer():
    d = load_breast_cancer()
    return [n.replace(" ", ".") for n in d.feature_names], d.data, np.empty((len(d.target), 0)), d.target

def made():
    g, n = np.random.RandomState(11), 6000
    city = np.minimum(g.zipf(1.5, n), 300)
    effect = g.normal(0, .7, 301)
    amount, age = np.exp(g.normal(8, 1.5, n)), g.normal(40, 12, n).round()
    f = effect[city] + .5 * (np.log(amount) - 8) + .04 * (age - 40) - 2.5
    won = g.rand(n) < 1 / (1 + np.exp(-f))
    age[g.rand(n) < .2] = math.nan
    return ["amount", "age", "city"], np.c_[amount.round(2), age], np.array([["c%d" % c] for c in city]), won.astype(int)

def lines(names, num, cat, y, path):
    with open(path, "w") as out:
        for i in range(len(y)):
            r = {"id": "d%d" % i, "type": "deal", "stage": "won" if y[i] else "lost"}
            r.update({k: repr(float(v)) for k, v in zip(names, num[i]) if not math.isnan(v)})
            r.update(zip(names[num.shape[1]:], cat[i].tolist()))
            out.write(json.dumps(r) + "\n")

def run(*args):
    return subprocess.run(["crm-score", "--model", "conversion", *args], check=True, capture_output=True, text=True).stdout

names, num, cat, y = {"cancer": cancer, "made": made}[sys.argv[1]]()
ours, theirs = np.zeros(len(y)), np.zeros(len(y))
fold = np.random.RandomState(1).permutation(len(y)) % 4
x = np.c_[num.astype(object), cat.astype(object)]
k = num.shape[1]
for f in range(4):
    learn, test = fold != f, fold == f
    lines(names, num[learn], cat[learn], y[learn], "learn.jsonl")
    lines(names, num[test], cat[test], y[test], "test.jsonl")
    run("--train", "-o", "m.json", "learn.jsonl")
    ours[test] = [json.loads(l)["_probability"] for l in run("--params", "m.json", "test.jsonl").splitlines()]
    prepare = ColumnTransformer([("n", make_pipeline(SimpleImputer(add_indicator=True), StandardScaler()), list(range(k))),
        ("c", OneHotEncoder(handle_unknown="ignore"), list(range(k, x.shape[1])))])
    theirs[test] = make_pipeline(prepare, LogisticRegression(max_iter=2000)).fit(x[learn], y[learn]).predict_proba(x[test])[:, 1]
p = np.clip(ours, 1e-9, 1 - 1e-9)
slope = LogisticRegression(C=1e9).fit(np.log(p / (1 - p)).reshape(-1, 1), y).coef_[0][0]
print(json.dumps({"auc": roc_auc_score(y, ours), "their_auc": roc_auc_score(y, theirs),
    "brier": brier_score_loss(y, ours), "their_brier": brier_score_loss(y, theirs), "slope": slope}))
E
for set in cancer made; do
	ok "$set: scores what it did not learn from" "$python judge.py $set >$set.json"
	sed 's/^/# /' $set.json
	same "$set: AUC and Brier score as good as theirs, calibrated" \
		"jq -c '[.auc > .their_auc - 0.005, .brier < .their_brier + 0.003, .slope > 0.85 and .slope < 1.18]' $set.json" <<'E'
[true,true,true]
E
done
same 'breast cancer: the published figure' "jq -c '.auc > 0.99' cancer.json" <<'E'
true
E
done_testing
