// Comments: the answers to a thread on Mastodon or Bluesky, loaded when a reader opens them, and put in as text.
const READ = { mastodon: ofMastodon, bluesky: ofBluesky };
const day = new Intl.DateTimeFormat(document.documentElement.lang || undefined, { dateStyle: "medium" });

for (const thread of document.querySelectorAll("[data-thread]")) {
  thread.addEventListener("toggle", () => load(thread), { once: true });
}

async function load(thread) {
  const { thread: address, kind, none, failed } = thread.dataset;
  const told = element("p", "");
  told.role = "status";
  thread.append(told);
  try {
    const answer = await fetch(address, { credentials: "omit", referrerPolicy: "no-referrer" });
    if (!answer.ok) throw new Error(answer.status);
    const replies = READ[kind](await answer.json());
    told.textContent = replies.length ? "" : none;
    const list = element("ol", "");
    list.append(...replies.map(entry));
    thread.append(list);
  } catch {
    told.textContent = failed;
  }
}

function ofMastodon({ descendants }) {
  return descendants.map(({ account, content, spoiler_text: warning, created_at: date, url }) => (
    { name: account.display_name || account.acct, text: [warning, textOf(content)].filter(Boolean).join("\n"), date, url }
  ));
}

// A document that is only parsed runs no script and loads nothing.
function textOf(html) {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  for (const pause of body.querySelectorAll("br, p + p")) pause.before("\n");
  return body.textContent;
}

function ofBluesky({ thread }) {
  return (thread.replies ?? []).filter(it => it.post).flatMap(({ post, replies }) => [
    {
      name: post.author.displayName || post.author.handle,
      text: post.record.text,
      date: post.record.createdAt,
      url: `https://bsky.app/profile/${encodeURIComponent(post.author.handle)}/post/${encodeURIComponent(post.uri.split("/").pop())}`,
    },
    ...ofBluesky({ thread: { replies } }),
  ]);
}

function entry({ name, text, date, url }) {
  const item = element("li", "");
  const link = element("a", day.format(new Date(date)));
  if (url?.startsWith("https://")) link.href = url;
  const by = element("p", "");
  by.append(element("b", name), " · ", link);
  item.append(by, element("p", text));
  return item;
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
