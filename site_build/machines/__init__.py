"""What programs read of the site: Markdown, lists for language models, data, and feeds.

    <page>/index.md          a page as Markdown
    llms.txt, llms-full.txt  which pages there are, and all of them in one; in English under en/
    claims.json              every claim and pattern, in both languages
    feed.xml                 what was checked or measured last; in English under en/

All of it is made of the pages as they are built, so a new fence or page needs nothing here.
"""
