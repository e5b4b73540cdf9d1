// Words that say the same to somebody who searches here, in both languages: a text that has one of
// them has the concept as a further term, so that what "freezes" is found by what "hangs".
// A star stands for any ending; what is not Chinese begins and ends at a word's edge.
const ALIKE = {
  task: "任务,作业,task*,job*",
  done: "做完,跑完,执行完,结束,完成,搞定,finish*,done,complet*",
  client:
    "用户,客户,客户端,前端,浏览器,使用者,client*,user*,customer*,browser*,frontend,tab,tabs,visitor*,consumer*,ui",
  endpoint: "接口,路由,endpoint*,route*,handler*,api",
  send: "发送,发出,发不出,send*,sent,deliver*,dispatch*",
  example:
    "示例,例子,模板,样例,完整代码,代码,example*,template*,sample*,recipe*,snippet*,boilerplate,best practice*,right way",
  bulk: "批量,大量,群发,成千上万,几百,几千,bulk,batch*,thousand*,hundred*,many,mass",
  instances:
    "多进程,多个进程,多副本,多实例,多 worker,多worker,several workers,multiple workers,replica*,several processes,each process,every process,pods",
  fresh: "刚,新建,新注册,刚刚,just,newly,fresh*,new",
  alert: "告警,报警,alert*,pager*,slack",
  myth: "误区,误解,谣言,错误说法,错误的说法,不对,myth*,misconception*,wrong*,advice,belief*",
  remake: "复现,验证,reproduc*,verify,repeat the,proof",
  idle:
    "不执行,不运行,不跑,不生效,不触发,不工作,不起作用,不开始,跑不起来,不被执行,never run*,never ran,not run*,nor run*,nothing happen*," +
    "not execut*,never execut*,never start*,never fire*,not fire*,not work*,not call*,doesn't run,didn't run,doesn't fire,won't run,doesn't execute,skipped,no effect,does nothing,do nothing,did nothing,not invoked,never invoked,not fired,ignored",
  stuck:
    "卡住,卡死,不反应,堵住,阻塞,挂起,堵塞,卡顿,假死,不响应,冻住,hang,hangs,hanging,hung,freez*,frozen,froze,stuck,block*,unresponsive,stops responding,stall*",
  lost: "丢,消失,不见了,lost,lose,loses,losing,disappear*,vanish*,gone,dropped,drop,drops,evaporat*,missing,wiped",
  twice:
    "两次,两遍,多次,重复,两份,好几次,twice,duplicat*,double,repeated*,several times,multiple times,more than once,two times,again",
  restart:
    "重启,驱逐,发布,发版,部署,上线,重新部署,停机,热重载,停服,滚动更新,deploy*,restart*,redeploy*,evict*,reschedul*,rollout,shutdown,shut down,reload*,sigterm,kubectl,bounce,recycl*",
  kill: "被杀,杀掉,杀死,kill*,sigkill,oomkilled",
  crash: "崩溃,挂掉,挂了,宕机,crash*,dies,died",
  slow: "慢,很久,延迟,slow*,latency,sluggish,laggy,crawl,crawls",
  fail: "失败,报错,出错,异常,错误,fail*,error*,exception*,raise,raises,raised,blew up,blows up,throws,thrown,bounced,go wrong,goes wrong,went wrong",
  silent:
    "静默,吞掉,被吞,不知道,看不到,不报错,悄悄,silent*,silenc*,swallow*,unnoticed,nobody knows,no error,no trace*,without a trace,unnoticed,nobody is informed,nobody knew",
  order:
    "顺序,依次,先后,逐个,一个接一个,串行,order,sequent*,serial*,one after another,one by one,in sequence,consecutive*,in turn",
  parallel:
    "并发,并行,同时,concurr*,parallel*,simultaneous*,at once,at the same time,overlap*,in flight,in-flight,asynchronously,interleav*",
  retry: "重试,再试,重跑,retry*,retries,retried,try again,tries again,backoff",
  cron: "定时,周期,每天,每隔,计划任务,cron*,schedul*,periodic*,repeat_every,apscheduler,every minute,every hour",
  progress: "进度,百分比,progress,percent*,how far",
  status: "状态,status",
  cancel: "取消,中止,终止,cancel*,abort*",
  test: "测试,单测,用例,test*,pytest,unittest,testclient",
  thread: "线程,thread*",
  process: "进程,process,processes,worker*,multiprocessing",
  memory: "内存,泄漏,memory,oom,ram,leak*,rss,heap",
  limit: "限制,上限,限流,节流,最多,信号量,limit*,throttl*,at most,semaphore",
  leave:
    "断开,断线,掉线,离开,关掉,断连,disconnect*,closes the tab,closed tab,leaves,goes away,went away,hangs up,hung up,closes the browser",
  notify:
    "通知,推送,告诉,告知,回调,notif*,push*,callback*,webhook*,inform,informs,informed,told,tell,tells",
  log: "日志,log,logs,logged,logging,traceback*",
  queue: "队列,queue*",
  mail: "邮件,发信,email*,e-mail*,mail,mails,smtp*",
  timeout: "超时,时限,timeout*,timed out,deadline*,time limit,time out,times out",
  middleware: "中间件,middleware*",
  clean: "删除,清理,删掉,delete*,clean up,cleanup,clean-up,remove*,unlink*",
  temp: "临时,temp,tempfile,temporary,tmp",
  upload: "上传,upload*",
  commit: "提交,commit*",
  transaction: "事务,回滚,transaction*,rollback*,rolled back",
  database: "数据库,database*,db,sqlalchemy,orm,postgres*,mysql,pymysql,psycopg*,asyncpg",
  session: "会话,session*",
  connection: "连接,connection*",
  exhausted:
    "耗尽,用完,占满,打满,不够用,用光,exhaust*,used up,runs out,run out,ran out,starv*,limit reached",
  unseen:
    "查不到,找不到,看不见,读不到,not found,not find,does not see,doesn't see,cannot see,can't see,can't find",
  compute:
    "计算密集,耗 cpu,耗cpu,训练,图像处理,跑模型,cpu-bound,cpu bound,cpu heavy,computation*,train*,image processing,number crunching,inference,ocr,thumbnail*,transcod*,calculat*",
  once: "幂等,去重,恰好一次,只执行一次,只处理一次,只做一次,只算一次,idempoten*,dedup*,exactly once",
  stream: "流式,stream*,sse",
  dependency: "依赖项,依赖注入,depends,dependenc*",
  wait: "等待,等着,要等,wait,waits,waiting,waited",
  version: "版本,升级,version*,upgrad*",
  trace: "链路,追踪,trace id,tracing,correlation*,span,spans,opentelemetry,apm",
  compare:
    "选型,选择,选哪个,哪个工具,对比,区别,用哪个,该用,还是用,vs,versus,which,compar*,difference*,choose,choosing,decid*,decision*,recommend*,pros and cons,trade-offs,alternative*",
  grow: "涨,增长,越来越多,堆积,grow*,grew,increas*,climb*,rise,rises,rising,pile*,piling,accumulat*",
  websocket: "websocket*,web socket*,ws,wss",
  skip: "跳过,skip*,omit*,left out,never get*,not reached",
  later: "later,following,subsequent,next,remaining,the rest,behind it,behind them,afterwards",
  partner:
    "partner*,third party,third-party,receiver*,another server,their server,customer's server",
  stale: "old,stale,outdated,previous,earlier",
  stop: "stop*,quit*,exit,exits,terminat*",
  start: "start*,begin*,began,launch*,kick off,spawn*",
};

const LETTER = "[\\p{Script=Latin}\\p{N}]";

function pattern(entry) {
  const text = entry.replace("*", "").replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  if (/\p{Script=Han}/u.test(entry)) return text;
  return `(?<!${LETTER})${text}${entry.endsWith("*") ? `${LETTER}*` : ""}(?!${LETTER})`;
}

const PATTERNS = Object.entries(ALIKE).map(([name, entries]) => [
  `~${name}`,
  new RegExp(entries.split(",").map(pattern).join("|"), "gu"),
]);

/**
 * The concepts in a folded text.
 * @returns {Generator<[string, number, number]>} name, start and end of what says it
 */
export function* concepts(folded) {
  for (const [name, said] of PATTERNS)
    for (const { 0: text, index } of folded.matchAll(said))
      yield [name, index, index + text.length];
}
